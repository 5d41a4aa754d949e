using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline;

/// <summary>
/// Counts the messages that only a newer program can read. They are neither buried nor deleted: each stays hidden for a while and comes
/// again, until a newer program takes it. Safe for concurrent use.
/// </summary>
public sealed partial class NewerMessages
{
    // Of one queue. More are not told apart any more; it is an upgrade that stands still.
    private const int MaxRemembered = 100_000;

    // One that did not come again three times as long as it is hidden was taken by another.
    private const int TimesRemembered = 3;

    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Seen> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _counted = new(StringComparer.Ordinal);

    /// <param name="timeProvider">Says when one is forgotten.</param>
    /// <param name="meters">Of the host; null where nobody listens.</param>
    public NewerMessages(TimeProvider timeProvider, IMeterFactory? meters = null)
    {
        _timeProvider = timeProvider;
        meters?.Create(ProgramMeter.Name).CreateObservableGauge(
            $"{ProgramMeter.Name}.queue.newer_version", Observe, "{message}", "Messages of a version that this process does not know, as last counted; they wait for a newer program.");
    }

    /// <summary>Notes one that was received and left alone; logs the first.</summary>
    /// <param name="queue">Where it is.</param>
    /// <param name="message">Which it is.</param>
    /// <param name="version">What it says of itself.</param>
    /// <param name="hiddenFor">For how long it stays hidden.</param>
    /// <param name="logger">The receiver's.</param>
    public void Note(string queue, ReceivedMessage message, long version, TimeSpan hiddenFor, ILogger logger)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(queue, out var seen))
                _queues[queue] = seen = new Seen(_timeProvider);
            seen.Forget(Now);
            if (seen.ForgetAt.Count < MaxRemembered || seen.ForgetAt.ContainsKey(message.Id))
                seen.ForgetAt[message.Id] = Now + (long)(TimesRemembered * hiddenFor.TotalMilliseconds);
            if (seen.Episode.Happened(queue))
                Log.Left(logger, queue, version);
        }
    }

    /// <summary>How many of a queue this process saw lately, at most 100,000.</summary>
    public int CountOf(string queue)
    {
        lock (_lock)
        {
            // None is a figure as well: an alert tells it from a process that says nothing.
            if (!_queues.TryGetValue(queue, out var seen))
                return _counted[queue] = 0;
            seen.Forget(Now);
            return _counted[queue] = seen.ForgetAt.Count;
        }
    }

    /// <summary>Logs when none is left of those that were noted. To be called now and then.</summary>
    public void Check(string queue, ILogger logger)
    {
        if (CountOf(queue) > 0)
            return;
        PastEpisode? past;
        lock (_lock)
            past = _queues.TryGetValue(queue, out var seen) ? seen.Episode.Over() : null;
        if (past is { } over)
            Log.Taken(logger, queue, over.Times, over.Seconds);
    }

    private long Now => _timeProvider.GetTimestamp() / Math.Max(1, _timeProvider.TimestampFrequency / 1000);

    // Counting takes the lock, and a while for many: that is done by those who ask.
    private IEnumerable<Measurement<int>> Observe() =>
        _counted.Select(static pair => new Measurement<int>(pair.Value, new KeyValuePair<string, object?>("queue", pair.Key)));

    private sealed class Seen(TimeProvider timeProvider)
    {
        private long _nextLook;

        public Episode Episode { get; } = new(timeProvider);

        public Dictionary<string, long> ForgetAt { get; } = new(StringComparer.Ordinal);

        // Once a second at most: a look goes over all of them.
        public void Forget(long now)
        {
            if (now < _nextLook)
                return;
            _nextLook = now + 1000;
            foreach (var (id, forgetAt) in ForgetAt)
            {
                if (forgetAt <= now)
                    ForgetAt.Remove(id);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1011, LogLevel.Warning, "Messages of version {Version} in {Queue} are left to a newer program; this one does not know that version.")]
        public static partial void Left(ILogger logger, string queue, long version);

        [LoggerMessage(1012, LogLevel.Information, "No messages of a newer version are left in {Queue}; they came {Times} times in {Seconds} s.")]
        public static partial void Taken(ILogger logger, string queue, long times, double seconds);
    }
}
