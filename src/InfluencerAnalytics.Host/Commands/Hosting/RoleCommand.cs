using System.CommandLine;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Roles;

namespace InfluencerAnalytics.Host.Commands.Hosting;

/// <summary>One role alone in a process: <c>seeder</c>, <c>fetch</c>, <c>ingest</c>, <c>classify</c> and <c>serve</c>.</summary>
internal static class RoleCommand
{
    public static Command CreateSeeder() => Create(
        new SeederRole(),
        "Run the seeder alone: cuts the roster into shards, again every few days.",
        "Seeds the roster in the data directory into its queue; nobody fetches it until 'up' or 'fetch' has the directory.",
        [], _ => []);

    public static Command CreateFetch()
    {
        var provider = HostingOptions.Provider("The provider's address. [default: http://127.0.0.1:3000]");
        var accept = HostingOptions.AcceptProvider();
        return Create(
            new FetcherRole(),
            "Run the fetcher alone: asks the provider for every influencer once per interval.",
            "Fetches what was seeded and puts the readings into the queue in the data directory; they wait there until 'up' or 'ingest' has the directory.",
            [provider, accept],
            result => [(SettingKeys.Provider, result.GetValue(provider)?.ToString()), (SettingKeys.AcceptProvider, result.GetValue(accept) ? "true" : null)]);
    }

    public static Command CreateIngest() => Create(
        new IngesterRole(),
        "Run the ingester alone: moves readings from their queue into the store.",
        "Stores the readings that wait in the data directory's queue; no new ones come while it has the directory.",
        [], _ => []);

    public static Command CreateClassify()
    {
        var provider = HostingOptions.Provider("The provider's address. [default: http://127.0.0.1:3000]");
        return Create(
            new ClassifierRole(),
            "Run the classifier alone: has the provider judge once a day whether followers look bought.",
            "Has the influencers judged that are due in the data directory, on their latest stored readings; no new ones come while it has the directory.",
            [provider], result => [(SettingKeys.Provider, result.GetValue(provider)?.ToString())]);
    }

    public static Command CreateServe()
    {
        var listen = HostingOptions.Listen();
        return Create(
            new ServerRole(),
            "Run the API alone: serves what is stored.",
            "Serves what is stored in the data directory; nothing is fetched while it has the directory.",
            [listen], result => [(SettingKeys.Listen, result.GetValue(listen))]);
    }

    /// <param name="description">For the list of commands.</param>
    /// <param name="onEmbedded">What the role alone can and cannot do on embedded storage.</param>
    /// <param name="options">Those of this role alone.</param>
    /// <param name="read">What they set.</param>
    private static DocumentedCommand Create(
        IRole role, string description, string onEmbedded, IReadOnlyList<Option> options, Func<ParseResult, (string Key, string? Value)[]> read)
    {
        var host = new HostOptionsGroup();
        var command = new DocumentedCommand(role.Kind.Command, description, Notes(role.Kind.Command, onEmbedded));
        foreach (var option in options)
            command.Options.Add(option);
        host.AddTo(command);
        command.SetAction((result, cancellationToken) => new RoleRunner(role, onEmbedded, host.Read(result, read(result))).RunAsync(
            result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static string Notes(string name, string onEmbedded) =>
        $"""
        With the queues on SQS and the store in PostgreSQL, any number of processes of each role run side by side, on one machine or on many.
        On embedded storage one process at a time owns the data directory, so a role alone is for special occasions:
        {onEmbedded}
        'up' runs all roles together and is what you want otherwise.

        Examples:
          influencer-analytics {name} --data /var/lib/influencers
          influencer-analytics {name} --set Storage:Queue=Sqs --set Storage:Store=Postgres --config production.json
        {ExitCodes.Help}
        """;
}
