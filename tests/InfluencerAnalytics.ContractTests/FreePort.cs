using System.Net;
using System.Net.Sockets;

namespace InfluencerAnalytics.ContractTests;

/// <summary>Ports for servers that cannot choose one themselves.</summary>
internal static class FreePort
{
    /// <summary>One of this machine that nobody had just now.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
