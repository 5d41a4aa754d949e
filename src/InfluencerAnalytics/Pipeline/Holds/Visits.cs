using System.Diagnostics;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Holds;

/// <summary>
/// The visits in hand: begins each with a hold, ends the hold when the visit is over, and then settles the message. Nothing else ends a hold.
/// Safe for concurrent use.
/// </summary>
/// <param name="maxIds">So many ids in hand are enough.</param>
/// <param name="span">Begins the span of a visit; null where nobody traces.</param>
internal sealed partial class Visits(
    HoldKeeper holds, MessageSettler settler, int maxIds, Func<ReceivedMessage, Activity?> span, TimeProvider timeProvider, ILogger<Visits> logger) : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly HashSet<Task> _visits = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Episode _failed = new(timeProvider);

    /// <summary>How long a message is to be hidden for when it is received.</summary>
    public TimeSpan HoldDuration => holds.Duration;

    /// <summary>Whether no more shards should be received for now.</summary>
    public bool AreFull => holds.IdsInHand >= maxIds;

    /// <summary>Begins a visit and does not wait for it.</summary>
    /// <param name="message">Received just now.</param>
    /// <param name="ids">How many it carries.</param>
    /// <param name="heldFor">How long it was hidden for when it was received.</param>
    /// <param name="visit">Says what becomes of the message; its token is cancelled when a stop has waited long enough.</param>
    public void Begin(ReceivedMessage message, int ids, TimeSpan heldFor, Func<CancellationToken, Task<Settlement>> visit)
    {
        var hold = holds.Begin(message, ids, heldFor);
        var task = Task.Run(() => RunAsync(hold, visit));
        lock (_lock)
            _visits.Add(task);
        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits for all, and tells them to end early once <paramref name="grace"/> is over.</summary>
    /// <param name="grace">For requests in flight.</param>
    /// <param name="deadline">Cancelled when no time is left: what is unfinished then comes again when its hold ends.</param>
    public async ValueTask DrainAsync(TimeSpan grace, CancellationToken deadline)
    {
        await Task.WhenAny(All(), Task.Delay(grace, timeProvider, deadline));
        await _stop.CancelAsync();
        await Task.WhenAny(All(), Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, deadline));
        lock (_lock)
        {
            if (_visits.Count > 0)
                Log.VisitsLeft(logger, _visits.Count);
        }
        // Else those who renew holds would wait for them once more, and the stop would take longer than promised.
        holds.Abandon();
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(Hold hold, Func<CancellationToken, Task<Settlement>> visit)
    {
        using var activity = span(hold.Message);
        try
        {
            Settlement settlement = default;
            try
            {
                settlement = await visit(_stop.Token);
            }
            finally
            {
                await holds.EndAsync(hold);
            }
            await settler.SettleAsync(hold.Message, settlement);
            if (_failed.Over(Quiet) is { } past)
                Log.VisitsSucceed(logger, past.Times, past.Seconds);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            // The message was not re-armed or deleted: its hold ends and it comes again.
            if (_failed.Happened($"{exception.GetType()} {exception.Message}"))
                Log.VisitFailed(logger, hold.Message.Id, exception);
        }
    }

    private Task All()
    {
        lock (_lock)
            return Task.WhenAll(_visits);
    }

    private void Forget(Task visit)
    {
        lock (_lock)
            _visits.Remove(visit);
    }

    private static partial class Log
    {
        [LoggerMessage(1221, LogLevel.Error, "The visit of message {MessageId} failed; it comes again when its hold ends.")]
        public static partial void VisitFailed(ILogger logger, string messageId, Exception exception);

        [LoggerMessage(1225, LogLevel.Information, "Visits succeed again; {Times} failed in {Seconds} s.")]
        public static partial void VisitsSucceed(ILogger logger, long times, double seconds);

        [LoggerMessage(1223, LogLevel.Warning, "{Count} visits were left unfinished at stop; their shards come again when their holds end.")]
        public static partial void VisitsLeft(ILogger logger, int count);
    }
}
