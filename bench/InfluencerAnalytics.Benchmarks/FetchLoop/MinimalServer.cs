using System.CommandLine;
using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace InfluencerAnalytics.Benchmarks.FetchLoop;

/// <summary>The least that ASP.NET can do to answer for one influencer: what the bare fetch loop is measured against.</summary>
internal static class MinimalServer
{
    public const string CommandName = "minimal-server";

    public static Command CreateCommand()
    {
        var command = new Command(CommandName, "Answers a fixed record; started by the other commands as a process of its own.") { Hidden = true };
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task RunAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        await using var app = builder.Build();
        app.Run(context =>
        {
            var id = long.Parse(context.Request.Path.Value.AsSpan()[(context.Request.Path.Value!.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture);
            var body = $$"""{"pk":{{id}},"username":"influencer-{{id}}","followerCount":123456,"followingCount":987}""";
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            return context.Response.WriteAsync(body);
        });
        await app.StartAsync(cancellationToken);
        Console.WriteLine($"listening on {app.Urls.First()}");
        // Ends with its parent, which holds the other end of the standard input.
        while (await Console.In.ReadLineAsync(cancellationToken) is not null)
        {
        }
    }
}
