using System.Text.Json.Serialization;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Host.Api.Responses;

/// <summary>What the deployment agreed on; in a change, what is left out stays.</summary>
/// <param name="Interval">In seconds; null when nothing is agreed yet.</param>
/// <param name="ShardSize">Ids a shard; null when nothing is agreed yet.</param>
/// <param name="Provider">Its address, or "simulator" for the one that 'up' starts; null when nothing is agreed yet.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ConfigResponse(double? Interval = null, int? ShardSize = null, string? Provider = null)
{
    public static ConfigResponse Of(DeploymentAgreement agreement) =>
        new(agreement.Interval?.TotalSeconds, agreement.ShardSize, agreement.Provider?.Key);

    /// <param name="agreement">As written; its numbers are still to be checked.</param>
    /// <param name="problem">What cannot be read.</param>
    internal bool TryRead(out DeploymentAgreement agreement, out string problem)
    {
        agreement = new DeploymentAgreement(null, ShardSize, null);
        problem = "";
        if (Interval is { } seconds)
        {
            // Beyond that it is no time span; what remains is checked with the rest.
            if (!(seconds > 0 && seconds <= 86_400))
                problem = $"interval is {seconds}: it must be whole seconds from 1 to 3600.";
            else
                agreement = agreement with { Interval = TimeSpan.FromSeconds(seconds) };
        }
        if (Provider is { } text)
        {
            if (!ProviderIdentity.TryParse(text, out var provider))
                problem = "provider is neither an http or https address nor 'simulator'.";
            else
                agreement = agreement with { Provider = provider };
        }
        return problem.Length == 0;
    }
}

/// <param name="Before">What was agreed before the change.</param>
/// <param name="Now">What is agreed now.</param>
public sealed record ConfigChangeResponse(ConfigResponse Before, ConfigResponse Now);
