using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Pipeline;

namespace InfluencerAnalytics.Host.Api;

/// <summary>What is to be said of the provider to those who ask whether a process is ready: it is, for what is kept can be read.</summary>
internal static class ProviderNotes
{
    public static IReadOnlyList<string> Of(ProviderState? provider) => provider?.AwaySince is { } since
        ? [$"The provider is away since {Iso.Format(since.ToUnixTimeMilliseconds())}, mostly {provider.AwayReason}: nothing new is read, what is kept can be."]
        : [];
}
