using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What the deployment agreed on, as the API sends it.</summary>
internal static class AgreementJson
{
    public static ConfigResponse Of(DeploymentAgreement agreement) => new(agreement.Interval?.TotalSeconds, agreement.ShardSize, agreement.Provider?.Key);

    public static ConfigChangeRequest ChangeOf(DeploymentAgreement change) => new(change.Interval?.TotalSeconds, change.ShardSize, change.Provider?.Key);

    /// <param name="agreement">As written; its numbers are still to be checked.</param>
    /// <param name="problem">What cannot be read.</param>
    public static bool TryRead(ConfigResponse answer, out DeploymentAgreement agreement, out string problem) =>
        TryRead(answer.Interval, answer.ShardSize, answer.Provider, out agreement, out problem);

    /// <inheritdoc cref="TryRead(ConfigResponse, out DeploymentAgreement, out string)"/>
    public static bool TryRead(ConfigChangeRequest change, out DeploymentAgreement agreement, out string problem) =>
        TryRead(change.Interval, change.ShardSize, change.Provider, out agreement, out problem);

    private static bool TryRead(double? interval, int? shardSize, string? provider, out DeploymentAgreement agreement, out string problem)
    {
        agreement = new DeploymentAgreement(null, shardSize, null);
        problem = "";
        if (interval is { } seconds)
        {
            // Beyond that it is no time span; what remains is checked with the rest.
            if (!(seconds > 0 && seconds <= 86_400))
                problem = $"interval is {seconds}: it must be whole seconds from 1 to 3600.";
            else
                agreement = agreement with { Interval = TimeSpan.FromSeconds(seconds) };
        }
        if (provider is { } text)
        {
            if (!ProviderIdentity.TryParse(text, out var identity))
                problem = "provider is neither an http or https address nor 'simulator'.";
            else
                agreement = agreement with { Provider = identity };
        }
        return problem.Length == 0;
    }
}
