using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>
/// Holds this fetcher's provider against the one whose readings the store has. Until the store could be read there is no refusal: a fetcher never needs
/// it in order to fetch. Looked at by one caller at a time; <see cref="Refusal"/> is safe for concurrent use.
/// </summary>
internal sealed class ProviderCheck(ISettingStore settings, ProviderIdentity provider, ProviderOptions options)
{
    private volatile string? _refusal;
    private bool _accepts = options.Accept;

    /// <summary>Why this fetcher must not fetch; null when it may.</summary>
    public string? Refusal => _refusal;

    /// <summary>Agrees on the provider when the deployment has none yet, and compares.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        if (_accepts)
            await DeploymentAgreement.ChangeAsync(settings, new DeploymentAgreement(null, null, provider), cancellationToken);
        // Once: whoever accepts another one later must not be overruled by this process.
        _accepts = false;
        var agreed = await DeploymentAgreement.AgreeAsync(settings, provider, cancellationToken);
        _refusal = agreed == provider
            ? null
            : $"The store holds readings of {agreed}, this fetcher is configured for {provider}. Nothing is fetched. Give it the right provider, or accept this one with Provider:Accept=true.";
    }
}
