using System.Net.Sockets;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Host.Processes;

/// <summary>
/// Finds out whether an address can be listened on before anything else is done: the web server itself starts last,
/// after the workers, which would be a lot of work to find a port taken.
/// </summary>
internal static class PortProbe
{
    /// <summary>The address that a checked configuration names.</summary>
    /// <exception cref="CommandFailedException">The address cannot be had; the message says what to do.</exception>
    public static ListenAddress CheckConfigured(IConfiguration configuration)
    {
        var text = configuration[SettingKeys.Listen] ?? new ServerOptions().Listen;
        if (!ListenAddress.TryParse(text, out var listen, out var problem))
            throw new CommandFailedException(ExitCodes.InvalidInput, problem);
        Check(listen);
        return listen;
    }

    /// <exception cref="CommandFailedException">The address cannot be had; the message says what to do.</exception>
    public static void Check(ListenAddress listen)
    {
        if (listen.Port == 0)
            return;
        try
        {
            using var listener = listen.Address is { } address ? new TcpListener(address, listen.Port) : TcpListener.Create(listen.Port);
            listener.Start();
        }
        catch (SocketException exception)
        {
            throw new CommandFailedException(ExitCodes.AddressInUse, Describe(listen, exception.SocketErrorCode), exception);
        }
    }

    public static string Describe(ListenAddress listen, SocketError error)
    {
        var where = $"{listen.Address?.ToString() ?? "*"}:{listen.Port}";
        return error switch
        {
            SocketError.AddressAlreadyInUse => $"Another program listens on {where}. Stop it, or choose another port with --listen http://127.0.0.1:{(listen.Port < 65535 ? listen.Port + 1 : 8080)}.",
            SocketError.AccessDenied => $"There is no permission to listen on {where}. Ports below 1024 need rights; choose another with --listen http://127.0.0.1:8080.",
            SocketError.AddressNotAvailable => $"This machine has no address {listen.Address}. Choose one that it has with --listen, or http://*:{listen.Port} for all of them.",
            _ => $"Cannot listen on {where}: {error}. Choose another address with --listen.",
        };
    }
}
