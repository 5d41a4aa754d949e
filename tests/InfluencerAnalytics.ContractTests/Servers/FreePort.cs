using System.Net;
using System.Net.Sockets;

namespace InfluencerAnalytics.ContractTests.Servers;

/// <summary>
/// Ports for servers that are told theirs before they start. They are not those that the system gives to whoever asks for any (on Linux from 32768 on): seconds go by until a server
/// listens, and a connection of a test beside it would take one of those meanwhile. Safe for concurrent use; none is given twice.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Count = 22_000;

    // Another run of the tests on the same machine begins elsewhere.
    private static int _taken = Random.Shared.Next(Count);

    public static int Take()
    {
        for (var i = 0; i < Count; i++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _taken) % Count);
            if (IsFree(port))
                return port;
        }
        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
