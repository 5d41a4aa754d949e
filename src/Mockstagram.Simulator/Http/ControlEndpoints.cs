using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Ledger;
using Mockstagram.Simulator.Pacing;

namespace Mockstagram.Simulator.Http;

/// <summary>What Mockstagram does not have: the means to look into the simulator and to spoil it while it runs.</summary>
/// <remarks>
/// <c>GET /simulator/stats</c>; <c>GET</c> and <c>PUT /simulator/faults</c> with <c>{"503":0.05,…}</c>, where PUT replaces all
/// rates and those left out are 0; <c>/simulator/sticky</c>, the same for faults that stick to accounts; <c>/simulator/pace</c>
/// with <c>{"limit":"2000/s","capacity":"64:20ms","latency":"20ms"}</c>, where PUT replaces all three; <c>GET /simulator/ledger</c>; <c>GET /simulator/events?pk=N</c>, what the lifelike walk has done to an account; <c>POST /simulator/outage?seconds=N</c>, which refuses
/// every connection for that time.
/// </remarks>
internal sealed class ControlEndpoints(Provider provider, Action<TimeSpan> startOutage)
{
    private const int MostOutageSeconds = 86_400;
    private const int MostEventDays = 366;

    /// <summary>More than four numbers of at most 20 characters, or the last line, take.</summary>
    private const int LongestLine = 128;

    public Task AnswerAsync(IFeatureCollection context, IHttpRequestFeature request) => (request.Method, request.Path) switch
    {
        ("GET", "/simulator/stats") => AnswerStats(context),
        ("GET", "/simulator/faults") => AnswerRates(context, provider.Faults),
        ("PUT", "/simulator/faults") => PutRatesAsync(context, request, rates => provider.Faults = rates),
        ("GET", "/simulator/sticky") => AnswerRates(context, provider.Sticky),
        ("PUT", "/simulator/sticky") => PutRatesAsync(context, request, rates => provider.Sticky = rates),
        ("GET", "/simulator/pace") => AnswerPace(context),
        ("PUT", "/simulator/pace") => PutPaceAsync(context, request),
        ("GET", "/simulator/ledger") => AnswerLedgerAsync(context),
        ("GET", "/simulator/events") => AnswerEvents(context, request),
        ("POST", "/simulator/outage") => AnswerOutage(context, request),
        _ => Refuse(context, StatusCodes.Status404NotFound, "Nothing here. See mockstagram-simulator --help."),
    };

    private Task AnswerStats(IFeatureCollection context)
    {
        Answers.Write(context, StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(provider.Stats(), ControlJson.Default.SimulatorStats));
        return Task.CompletedTask;
    }

    private Task AnswerPace(IFeatureCollection context)
    {
        var pace = provider.Pacing.Pace;
        var shown = new Dictionary<string, string> { ["limit"] = $"{pace.Limit}", ["capacity"] = $"{pace.Capacity}", ["latency"] = $"{pace.Latency}" };
        Answers.Write(context, StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(shown, ControlJson.Default.DictionaryStringString));
        return Task.CompletedTask;
    }

    private async Task PutPaceAsync(IFeatureCollection context, IHttpRequestFeature request)
    {
        try
        {
            var pace = Pace.Unlimited;
            foreach (var (name, text) in await JsonSerializer.DeserializeAsync(request.Body, ControlJson.Default.DictionaryStringString) ?? [])
            {
                if (text is null || With(pace, name, text) is not { } more)
                {
                    await Refuse(context, StatusCodes.Status400BadRequest, $"'{name}': '{text ?? "null"}' is no limit, capacity or latency. See GET /simulator/pace.");
                    return;
                }
                pace = more;
            }
            if (pace.Validate() is [var error, ..])
            {
                await Refuse(context, StatusCodes.Status400BadRequest, error);
                return;
            }
            provider.SetPace(pace);
            await AnswerPace(context);
        }
        catch (JsonException)
        {
            await Refuse(context, StatusCodes.Status400BadRequest, """The body must be JSON such as {"limit":"2000/s","latency":"20ms"}.""");
        }
    }

    private static Pace? With(Pace pace, string name, string text) => name switch
    {
        "limit" when RateLimit.TryParse(text, out var limit) => pace with { Limit = limit },
        "capacity" when Capacity.TryParse(text, out var capacity) => pace with { Capacity = capacity },
        "latency" when Latency.TryParse(text, out var latency) => pace with { Latency = latency },
        _ => null,
    };

    private static Task AnswerRates(IFeatureCollection context, FaultRates shown)
    {
        var rates = FaultNames.Kinds.ToDictionary(FaultNames.NameOf, kind => shown[kind]);
        Answers.Write(context, StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(rates, ControlJson.Default.DictionaryStringDouble));
        return Task.CompletedTask;
    }

    private static async Task PutRatesAsync(IFeatureCollection context, IHttpRequestFeature request, Action<FaultRates> set)
    {
        try
        {
            var rates = await JsonSerializer.DeserializeAsync(request.Body, ControlJson.Default.DictionaryStringDouble) ?? [];
            var faults = FaultRates.None;
            foreach (var (name, rate) in rates)
            {
                if (faults.TryWith(name, rate) is not { } more)
                {
                    await Refuse(context, StatusCodes.Status400BadRequest, $"There is no fault '{name}'. See GET /simulator/faults.");
                    return;
                }
                faults = more;
            }
            if (faults.Validate() is [var error, ..])
            {
                await Refuse(context, StatusCodes.Status400BadRequest, error);
                return;
            }
            set(faults);
            await AnswerRates(context, faults);
        }
        catch (JsonException)
        {
            await Refuse(context, StatusCodes.Status400BadRequest, """The body must be JSON such as {"503":0.05,"reset":0.01}.""");
        }
    }

    /// <summary>
    /// One line of JSON an entry, <c>[pk,followerCount,followingCount,servedAt]</c>, oldest first, and at the end one that
    /// says how many there were and how many had been dropped: <c>{"entries":n,"dropped":n}</c>. A list without that line is cut.
    /// </summary>
    private async Task AnswerLedgerAsync(IFeatureCollection context)
    {
        if (provider.Ledger is not { } ledger)
        {
            await Refuse(context, StatusCodes.Status404NotFound, "No ledger is kept. Start the simulator with --ledger N.");
            return;
        }
        var headers = context.Get<IHttpResponseFeature>()!.Headers;
        headers.ContentType = "application/x-ndjson";
        headers["X-Ledger-Dropped"] = ledger.Dropped.ToString(CultureInfo.InvariantCulture);
        var writer = context.Get<IHttpResponseBodyFeature>()!.Writer;
        var entries = new LedgerEntry[1024];
        var sent = 0L;
        var position = 0L;
        var end = ledger.Written;
        while (position < end)
        {
            var count = ledger.Read(ref position, entries);
            foreach (ref readonly var entry in entries.AsSpan(0, count))
                Write(writer, entry);
            sent += count;
            if ((await writer.FlushAsync()).IsCompleted)
                return;
        }
        // What was dropped while this list was being read is missing from it too.
        Utf8.TryWrite(writer.GetSpan(LongestLine), CultureInfo.InvariantCulture, $"{{\"entries\":{sent},\"dropped\":{position - sent}}}\n", out var length);
        writer.Advance(length);
    }

    private Task AnswerEvents(IFeatureCollection context, IHttpRequestFeature request)
    {
        var query = QueryHelpers.ParseQuery(request.QueryString);
        if (query.Keys.Any(static name => name is not ("pk" or "days"))
            || !long.TryParse(query.GetValueOrDefault("pk"), NumberStyles.None, CultureInfo.InvariantCulture, out var pk)
            || !int.TryParse(query.GetValueOrDefault("days", "45"), NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            || days is < 1 or > MostEventDays)
            return Refuse(context, StatusCodes.Status400BadRequest, $"Say of whom, and of how many days up to now: /simulator/events?pk=N&days=N with days from 1 to {MostEventDays}, 45 if left out.");
        if (!provider.Knows(pk))
            return Refuse(context, StatusCodes.Status404NotFound, $"There is no account {pk}.");
        if (provider.EventsWithin(pk, TimeSpan.FromDays(days)) is not { } events)
            return Refuse(context, StatusCodes.Status404NotFound, "Nothing is planned in this walk. Start the simulator with --walk lifelike.");
        Answers.Write(context, StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(ShownEvents.Of(pk, events), ControlJson.Default.ShownEvents));
        return Task.CompletedTask;
    }

    private Task AnswerOutage(IFeatureCollection context, IHttpRequestFeature request)
    {
        const string Parameter = "?seconds=";
        if (!request.QueryString.StartsWith(Parameter, StringComparison.Ordinal)
            || !int.TryParse(request.QueryString.AsSpan(Parameter.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 1 or > MostOutageSeconds)
            return Refuse(context, StatusCodes.Status400BadRequest, $"Say for how long: /simulator/outage?seconds=N with N from 1 to {MostOutageSeconds}.");
        context.Get<IHttpResponseFeature>()!.OnCompleted(
            _ =>
            {
                startOutage(TimeSpan.FromSeconds(seconds));
                return Task.CompletedTask;
            },
            this);
        Answers.Write(context, StatusCodes.Status202Accepted, "{}"u8);
        return Task.CompletedTask;
    }

    private static Task Refuse(IFeatureCollection context, int status, string detail)
    {
        var problem = new Dictionary<string, string> { ["detail"] = detail };
        Answers.Write(context, status, JsonSerializer.SerializeToUtf8Bytes(problem, ControlJson.Default.DictionaryStringString));
        return Task.CompletedTask;
    }

    private static void Write(PipeWriter writer, in LedgerEntry entry)
    {
        Utf8.TryWrite(writer.GetSpan(LongestLine), CultureInfo.InvariantCulture, $"[{entry.Pk},{entry.FollowerCount},{entry.FollowingCount},{entry.ServedAt}]\n", out var length);
        writer.Advance(length);
    }
}
