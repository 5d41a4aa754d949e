using System.Net;
using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Host.Api.Configuration;

/// <summary>Who may ask the HTTP API for what, and how much of it.</summary>
public sealed record ApiOptions : IValidatedOptions
{
    public static string Section => "Api";

    /// <summary>Keys beside the one in the data directory. Default none.</summary>
    public IReadOnlyList<ApiKeyOptions> Keys { get; init; } = [];

    /// <summary>Whether reading needs a key as well (health does not). Default false.</summary>
    public bool RequireKeyForReads { get; init; }

    /// <summary>
    /// Names that clients may use for this server beside localhost, the listen address and the machine's name; <c>*.example.com</c> stands for all below,
    /// <c>*</c> for any name. Default none. Refusing the others keeps a foreign web page from reaching a server on its visitor's machine (DNS rebinding).
    /// </summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>Addresses or networks (10.0.0.0/8) of the proxies whose <c>X-Forwarded-For</c> and <c>-Proto</c> are believed. Default none.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>
    /// Requests per second that one client may make over time, except directly from this machine. Default 50: a dashboard polls a handful of addresses a
    /// second, and one office behind one address holds several. From 0 (no limit) to 1,000,000.
    /// </summary>
    public int RequestsPerSecond { get; init; } = 50;

    /// <summary>Requests that one client may make at once before the rate counts. Default 200, from 1 to 1,000,000.</summary>
    public int Burst { get; init; } = 200;

    /// <summary>Points that one timeline in JSON may hold; more are a 400 that points to a coarser resolution or to CSV. Default 50,000 (3 MB), from 1,500 to 1,000,000.</summary>
    public int MaxTimelinePoints { get; init; } = 50_000;

    /// <summary>
    /// Exports of all influencers that may run at once; the next one is a 429. Default 4: each holds a page of 20,000 readings and what the connection
    /// buffers, some 3 MB, and more at once only make each slower. From 1 to 64.
    /// </summary>
    public int MaxExports { get; init; } = 4;

    /// <summary>
    /// Clients that may listen to the stream at once; one more is a 429. Default 1,000, from 1 to 100,000: what waits for one that is slow is 200 KB at most, and each takes a
    /// connection.
    /// </summary>
    public int MaxStreams { get; init; } = 1000;

    /// <summary>
    /// Of those, how many may be of one client, an address as the rate limit counts it; one more is a 429. Default 100: an office behind one address. From 1 to 100,000. Not for who
    /// asks directly from this machine.
    /// </summary>
    public int MaxStreamsPerClient { get; init; } = 100;

    /// <summary>
    /// Readings that the stream remembers for clients that come back, over all influencers, beside the bound of eight of each: the oldest go for the newest, and who missed one of them is
    /// told of a gap. Default 100,000, some 45 MB: all eight of 12,500 influencers, or the last one of 100,000. From 1,000 to 10,000,000.
    /// </summary>
    public int MaxStreamEvents { get; init; } = 100_000;

    /// <summary>How long a sign-in by cookie holds, however it is used. Default 12 h, a working day and some more; from 5 minutes to 30 days.</summary>
    public TimeSpan SessionLength { get; init; } = TimeSpan.FromHours(12);

    /// <summary>
    /// How long a worker may be silent, beyond the pause that it announced, before readiness calls it dead. Default 60 s, from 15 s (a round may wait 5 s
    /// for a queue, and then has its work to do) to 1 h.
    /// </summary>
    public TimeSpan WorkerSilence { get; init; } = WorkerHealth.UsualSilence;

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(RequestsPerSecond), RequestsPerSecond, 0, 1_000_000);
        errors.Range(nameof(Burst), Burst, 1, 1_000_000);
        errors.Range(nameof(MaxTimelinePoints), MaxTimelinePoints, 1500, 1_000_000);
        errors.Range(nameof(MaxExports), MaxExports, 1, 64);
        errors.Range(nameof(MaxStreams), MaxStreams, 1, 100_000);
        errors.Range(nameof(MaxStreamsPerClient), MaxStreamsPerClient, 1, 100_000);
        errors.Range(nameof(MaxStreamEvents), MaxStreamEvents, 1000, 10_000_000);
        errors.Range(nameof(SessionLength), SessionLength, TimeSpan.FromMinutes(5), TimeSpan.FromDays(30));
        errors.Range(nameof(WorkerSilence), WorkerSilence, TimeSpan.FromSeconds(15), TimeSpan.FromHours(1));
        for (var i = 0; i < Keys.Count; i++)
            Keys[i].Validate($"{nameof(Keys)}:{i}", errors);
        foreach (var proxy in TrustedProxies)
        {
            if (!IPAddress.TryParse(proxy, out _) && !System.Net.IPNetwork.TryParse(proxy, out _))
                errors.Add(nameof(TrustedProxies), $"'{proxy}' is neither an address (192.0.2.7) nor a network (10.0.0.0/8).");
        }
    }
}
