using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>A parsed <see cref="ServerOptions.Listen"/>: plain http, since a proxy in front adds TLS.</summary>
/// <param name="Address">An address of this machine; null for all of them.</param>
/// <param name="Port">0 for a free one.</param>
internal sealed record ListenAddress(IPAddress? Address, int Port)
{
    /// <summary>What to open on this machine.</summary>
    public Uri Local => new($"http://{(Address is null || Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any) ? Host(IPAddress.Loopback) : Host(Address))}:{Port}");

    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address, out string problem)
    {
        address = null;
        problem = $"'{text}' is not an address to listen on, such as http://127.0.0.1:8080 or http://*:8080.";
        var isEvery = text.Contains("://*", StringComparison.Ordinal) || text.Contains("://+", StringComparison.Ordinal);
        if (!Uri.TryCreate(text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri))
            return false;
        if (uri.Scheme != Uri.UriSchemeHttp)
        {
            problem = $"'{text}': only http:// is served; put a proxy in front for https.";
            return false;
        }
        if (uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return false;
        var ip = string.Equals(uri.Host, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(uri.DnsSafeHost, out var parsed) ? parsed
            : null;
        if (ip is null)
        {
            problem = $"'{text}': '{uri.Host}' is not an IP address, localhost or *.";
            return false;
        }
        address = new ListenAddress(isEvery ? null : ip, uri.Port);
        return true;
    }

    /// <summary>This with the port that the server really has, for when it took a free one.</summary>
    public ListenAddress WithPortOf(IEnumerable<string> urls) =>
        urls.FirstOrDefault() is { } url && TryParse(url, out var bound, out _) ? this with { Port = bound.Port } : this;

    public override string ToString() => $"http://{(Address is null ? "*" : Host(Address))}:{Port}";

    private static string Host(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
