using System.Net;
using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Host.Composition;

/// <summary>Where the program listens.</summary>
internal sealed record ServerOptions : IValidatedOptions
{
    public static string Section => "Server";

    /// <summary>
    /// The address of API and dashboard: <c>http://</c>, an IP address, <c>localhost</c> or <c>*</c> for every network, and a port (0 takes a free one).
    /// Default <c>http://127.0.0.1:8080</c>: this machine only.
    /// </summary>
    public string Listen { get; init; } = "http://127.0.0.1:8080";

    public void Validate(OptionsErrors errors)
    {
        if (!ListenAddress.TryParse(Listen, out _, out var problem))
            errors.Add(nameof(Listen), problem);
    }
}

/// <summary>A parsed <see cref="ServerOptions.Listen"/>.</summary>
/// <param name="Address">Null for every network.</param>
/// <param name="Port">0 for a free one.</param>
/// <param name="Scheme">Only <c>http</c>: a proxy in front adds TLS.</param>
internal sealed record ListenAddress(IPAddress? Address, int Port, string Scheme)
{
    public static bool TryParse(string text, out ListenAddress? address, out string problem)
    {
        address = null;
        problem = $"'{text}' is not an address to listen on, such as http://127.0.0.1:8080 or http://*:8080.";
        var uriText = text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(uriText, UriKind.Absolute, out var uri) || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
            return false;
        if (uri.Scheme != Uri.UriSchemeHttp)
        {
            problem = $"'{text}': only http is served; put a proxy in front for https.";
            return false;
        }
        IPAddress? ip = null;
        if (!uri.IsLoopback || uri.HostNameType != UriHostNameType.Dns)
        {
            if (!IPAddress.TryParse(uri.DnsSafeHost, out ip))
            {
                problem = $"'{text}': '{uri.Host}' is not an IP address, localhost or *.";
                return false;
            }
        }
        else
        {
            ip = IPAddress.Loopback;
        }
        address = new ListenAddress(ip.Equals(IPAddress.Any) ? null : ip, uri.Port, uri.Scheme);
        return true;
    }

    /// <summary>What to open in a browser on this machine.</summary>
    public Uri Local => new($"{Scheme}://{(Address is null || Address.Equals(IPAddress.IPv6Any) ? "127.0.0.1" : Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString())}:{Port}");
}
