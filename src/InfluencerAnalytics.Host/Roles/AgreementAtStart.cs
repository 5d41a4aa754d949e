using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>What a start makes of what the deployment agreed on, before anything runs.</summary>
internal static class AgreementAtStart
{
    /// <summary>Refuses a provider other than the one whose readings the data are; agrees on it when there is none yet, or when told to accept it.</summary>
    /// <param name="settings">Where it is kept.</param>
    /// <param name="provider">Of this start.</param>
    /// <param name="accept">Whether it was told to go on with another one.</param>
    /// <param name="remedy">What this command can do to accept it, as the end of a sentence that begins with "or".</param>
    /// <param name="output">Told what was changed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CommandFailedException">It is another one, and not accepted.</exception>
    public static async Task ReachProviderAsync(
        ISettingStore settings, ProviderIdentity provider, bool accept, string remedy, TextWriter output, CancellationToken cancellationToken)
    {
        var agreed = await DeploymentAgreement.AgreeAsync(settings, provider, cancellationToken);
        if (agreed == provider)
            return;
        if (!accept)
            throw new CommandFailedException(ExitCodes.InvalidInput, Refuse(agreed, provider, remedy));
        var change = new DeploymentAgreement(null, null, provider);
        var before = await DeploymentAgreement.ChangeAsync(settings, change, cancellationToken);
        await output.WriteLineAsync(string.Join(Environment.NewLine, AgreementText.Changes(before, change)));
    }

    /// <summary>Brings interval and shard size to what the configuration names, and says what that changes; what it does not name stays.</summary>
    public static async Task<TimeSpan> ReachSeedingAsync(
        ISettingStore settings, IConfiguration configuration, SeedingOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var change = new DeploymentAgreement(
            configuration[SettingKeys.Interval] is null ? null : options.Interval, configuration[SettingKeys.ShardSize] is null ? null : options.ShardSize, null);
        var before = await DeploymentAgreement.ChangeAsync(settings, change, cancellationToken);
        // A first start has nothing to change.
        if (before.Interval is not null)
        {
            foreach (var line in AgreementText.Changes(before, change))
                await output.WriteLineAsync(line);
        }
        return (await DeploymentAgreement.AgreeAsync(settings, options, cancellationToken)).Interval;
    }

    private static string Refuse(ProviderIdentity agreed, ProviderIdentity provider, string remedy)
    {
        var back = agreed == ProviderIdentity.BuiltInSimulator ? "leave --provider out" : $"name that one with --provider {agreed.Key}";
        return $"The data directory holds readings of {agreed}, and this start is for {provider}. Readings of the two could not be told apart afterwards, so nothing was done: {back}, take another directory with --data, or {remedy}.";
    }
}
