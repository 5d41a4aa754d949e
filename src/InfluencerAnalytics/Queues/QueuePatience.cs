using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Queues;

/// <summary>Tries again while the queues are away, until it would be too late. Safe for concurrent use.</summary>
internal sealed partial class QueuePatience(TimeProvider timeProvider, ILogger<QueuePatience> logger)
{
    // A queue that takes every other message is away all the while.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly long _started = timeProvider.GetTimestamp();
    private readonly Episode _away = new(timeProvider);

    /// <summary>Since start, by the monotonic clock.</summary>
    public TimeSpan Elapsed => timeProvider.GetElapsedTime(_started);

    /// <summary>A moment (epoch milliseconds) by the monotonic clock: a step of the wall clock must not hide a shard for longer, nor end or prolong what is tried.</summary>
    public TimeSpan DeadlineAt(long unixMs) => Elapsed + TimeSpan.FromMilliseconds(unixMs - timeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Whether the queue took it; false when it was away to the end. Every other failure is thrown.</summary>
    /// <param name="send">One attempt.</param>
    /// <param name="deadline">As <see cref="DeadlineAt"/> has it. One attempt is made however late it is.</param>
    /// <param name="cancellationToken">Ends the pauses.</param>
    public async ValueTask<bool> TryUntilAsync(Func<Task> send, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (true)
        {
            try
            {
                await send();
                if (_away.Over(Steady) is { } past)
                    Log.QueueBack(logger, past.Times, past.Seconds);
                return true;
            }
            catch (QueueUnavailableException exception)
            {
                if (Elapsed >= deadline)
                    return false;
                if (_away.Happened(exception.Message))
                    Log.QueueAway(logger, exception.Message);
                await Task.Delay(backoff.Next(), timeProvider, cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1213, LogLevel.Warning, "The queue does not take messages: {Reason} Trying again.")]
        public static partial void QueueAway(ILogger logger, string reason);

        [LoggerMessage(1216, LogLevel.Information, "The queue takes messages again, after {Times} failed calls in {Seconds} s.")]
        public static partial void QueueBack(ILogger logger, long times, double seconds);
    }
}
