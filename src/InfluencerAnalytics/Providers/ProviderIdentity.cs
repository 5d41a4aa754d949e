namespace InfluencerAnalytics.Providers;

/// <summary>What tells one provider from another: readings of two must not get into the same data. Immutable.</summary>
/// <param name="Key">As it is kept with the data.</param>
public sealed record ProviderIdentity(string Key)
{
    private const string SimulatorKey = "simulator";

    /// <summary>The simulator that <c>up</c> starts by itself, whatever port it gets.</summary>
    public static ProviderIdentity BuiltInSimulator { get; } = new(SimulatorKey);

    /// <summary>Where to find the provider, or that it is the built-in simulator; for people.</summary>
    public string Description => Key == SimulatorKey ? "the built-in simulator" : Key;

    /// <summary>
    /// By address, so that <c>HTTP://Example.org:80/api/</c> and <c>http://example.org/api</c> are one. A name and password in it are no part of it, and
    /// would be a secret in the data.
    /// </summary>
    public static ProviderIdentity Of(Uri baseAddress) =>
        new(baseAddress.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/'));

    /// <summary>Reads what <see cref="Key"/> or a user wrote: <c>simulator</c>, or an http or https address.</summary>
    public static bool TryParse(string text, out ProviderIdentity identity)
    {
        identity = BuiltInSimulator;
        if (text == SimulatorKey)
            return true;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            return false;
        identity = Of(address);
        return true;
    }

    public override string ToString() => Description;
}
