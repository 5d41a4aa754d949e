using System.Collections.Concurrent;
using System.Net;
using InfluencerAnalytics.Host.Api.Configuration;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace InfluencerAnalytics.Host.Api.Http;

/// <summary>Refuses requests for names that are not this server's, so that a page of a foreign name cannot reach it (DNS rebinding).</summary>
internal sealed class HostNameMiddleware(RequestDelegate next, ApiOptions options, IServer server)
{
    // Enough for every name in honest use; past it names are checked each time, so that invented ones cannot fill the memory.
    private const int MaxRemembered = 256;

    private readonly ConcurrentDictionary<string, bool> _allowed = new(StringComparer.Ordinal);
    private HashSet<string>? _names;

    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Headers.Host.ToString();
        // Only HTTP/1.0 leaves it out, which no browser speaks.
        if (host.Length == 0 || _allowed.ContainsKey(host))
            return next(context);
        var name = context.Request.Host.Host.TrimEnd('.');
        if (!IsAllowed(name, context.Connection.LocalIpAddress))
        {
            return Problems.BadRequest("Unknown host name",
                $"This server does not go by the name '{name}'. Use its listen address, or add the name to Api:HostNames.").ExecuteAsync(context);
        }
        if (_allowed.Count < MaxRemembered)
            _allowed[host] = true;
        return next(context);
    }

    private bool IsAllowed(string name, IPAddress? localAddress)
    {
        _names ??= OwnNames();
        if (_names.Contains(name) || _names.Contains("*"))
            return true;
        foreach (var pattern in options.HostNames)
        {
            if (pattern.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase))
                return true;
        }
        // The address that the connection came in on: no name, so nothing to rebind.
        return localAddress is not null && IPAddress.TryParse(name, out var address)
            && (address.Equals(localAddress) || address.Equals(localAddress.IsIPv4MappedToIPv6 ? localAddress.MapToIPv4() : localAddress));
    }

    private HashSet<string> OwnNames()
    {
        var names = new HashSet<string>(options.HostNames, StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]", Environment.MachineName };
        foreach (var listen in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            var host = BindingAddress.Parse(listen).Host;
            if (host is not ("*" or "+"))
                names.Add(host);
        }
        return names;
    }
}
