using System.Globalization;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>What is to be said of the provider to those who ask whether a process is ready: it is, for what is kept can be read.</summary>
internal static class ProviderNotes
{
    /// <param name="provider">Null where nothing is fetched.</param>
    public static IReadOnlyList<string> Of(ProviderState? provider)
    {
        if (provider?.AwaySince is { } since)
            return [$"The provider is away since {UtcText.Of(since)}, mostly {provider.AwayReason}: nothing new is read, what is kept can be."];
        if (provider?.PausedUntil is { } until)
            return [$"The provider asked for a pause (Retry-After): one request tries once an interval until {UtcText.Of(until)}."];
        return provider is { IsRefusing: true }
            ? [string.Create(CultureInfo.InvariantCulture, $"The provider refused requests (429) lately: at most {provider.RequestsPerSecond:0.#} a second are sent.")]
            : [];
    }
}
