using System.CommandLine;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Postgres;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Migrations;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Commands;

/// <summary><c>db migrate</c> and <c>db grants</c>: makes the schema in PostgreSQL, and says which rights each role needs of it.</summary>
internal static class DbCommand
{
    private const string Notes =
        """
        The database is Postgres:ConnectionString; 'db migrate' connects as Postgres:OwnerConnectionString where that is set, directly and not through
        PgBouncer. A password is best given by the environment (Postgres__ConnectionString) or by a password file that it names (Passfile=…).

        Examples:
          influencer-analytics db migrate --set "Postgres:ConnectionString=Host=db;Database=influencers;Username=ia_owner"
          influencer-analytics db grants ingest --user ia_ingest | psql influencers

        """ + ExitCodes.Help;

    public static Command Create() => new DocumentedCommand("db", "Make the schema in PostgreSQL or TimescaleDB, or show the rights that each role needs.", Notes)
    {
        CreateMigrate(),
        CreateGrants(),
    };

    private static DocumentedCommand CreateMigrate()
    {
        var host = new HostOptionsGroup();
        var command = new DocumentedCommand("migrate", "Bring the database to the schema of this program. Older programs go on with it.", Notes);
        host.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var builder = HostBuilding.CreateBuilder(host.Read(result), result.InvocationConfiguration.Error);
            builder.Services.AddPostgresStore();
            await using var app = builder.Build();
            var options = app.Services.GetRequiredService<PostgresOptions>();
            if (string.IsNullOrWhiteSpace(options.OwnerConnectionString) && string.IsNullOrWhiteSpace(options.ConnectionString))
                throw new CommandFailedException(ExitCodes.InvalidInput, "Postgres:ConnectionString is not set: it names the database, such as \"Host=db;Database=influencers;Username=ia_owner\".");
            try
            {
                foreach (var line in await new Migrator(options).MigrateAsync(cancellationToken))
                    await result.InvocationConfiguration.Output.WriteLineAsync(line);
                return ExitCodes.Success;
            }
            catch (StoreUnavailableException exception)
            {
                throw new CommandFailedException(ExitCodes.Failure, exception.Message, exception);
            }
        });
        return command;
    }

    private static DocumentedCommand CreateGrants()
    {
        var role = new Argument<string>("role") { Description = $"One of {string.Join(", ", Grants.Roles)}." };
        role.AcceptOnlyFromAmong([.. Grants.Roles]);
        var user = new Option<string>("--user") { Description = "The database user that the role connects as; it must exist.", HelpName = "NAME", Required = true };
        var command = new DocumentedCommand("grants", "Print the SQL that gives a database user what a role needs and no more; for the owner to run after 'db migrate'.", Notes) { role, user };
        command.SetAction(result =>
        {
            foreach (var statement in Grants.For(result.GetValue(role)!, result.GetValue(user)!))
                result.InvocationConfiguration.Output.WriteLine(statement);
        });
        return command;
    }
}
