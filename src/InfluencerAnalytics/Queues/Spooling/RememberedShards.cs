using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Queues.Spooling;

/// <summary>
/// The shards that this process re-armed last and that nobody can have received since. While the queue answers, one that came due is someone's again and is forgotten;
/// while it is away, one that comes due is visited from here. Safe for concurrent use.
/// </summary>
internal sealed partial class RememberedShards(IShardMemory memory, TimeProvider timeProvider, ILogger logger)
{
    // Between a shard's due time and its receive: a poll, and a call.
    private static readonly TimeSpan ComesWithin = TimeSpan.FromSeconds(5);

    // One that was not due within this from a start is of another time.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan BelievedAfter = TimeSpan.FromSeconds(10);

    private long? _answersSince;
    private readonly Episode _notKept = new(timeProvider);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RememberedShard> _shards = Load(memory, timeProvider);
    // Until when: a visit that fails without a word gives its shard back by that.
    private readonly Dictionary<string, long> _inHand = new(StringComparer.Ordinal);

    private long NowMs => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>It was re-armed, in the queue or while that is away.</summary>
    public void Remember(string messageId, ReadOnlyMemory<byte> body, TimeSpan dueIn)
    {
        lock (_lock)
        {
            var shard = new RememberedShard(messageId, body, NowMs + (long)dueIn.TotalMilliseconds);
            _shards[messageId] = shard;
            _inHand.Remove(messageId);
            OnDisk(() => memory.Put(shard));
        }
    }

    /// <summary>It was deleted, or another process has it.</summary>
    public void Forget(string messageId)
    {
        lock (_lock)
        {
            _inHand.Remove(messageId);
            if (_shards.Remove(messageId))
                OnDisk(() => memory.Remove(messageId));
        }
    }

    /// <summary>
    /// The queue answered just now. Once it has done so for a while, and has nothing more to give, someone has received what came due a while ago. Not by its first
    /// answer: after an outage more is due than one answer holds.
    /// </summary>
    /// <param name="hasMore">Whether its answer was full.</param>
    public void QueueAnswered(bool hasMore)
    {
        var past = NowMs - (long)ComesWithin.TotalMilliseconds;
        lock (_lock)
        {
            _answersSince ??= timeProvider.GetTimestamp();
            if (hasMore || timeProvider.GetElapsedTime(_answersSince.Value) < BelievedAfter)
                return;
            foreach (var shard in _shards.Values.Where(shard => shard.Due < past && !IsInHand(shard)).ToList())
            {
                _shards.Remove(shard.MessageId);
                OnDisk(() => memory.Remove(shard.MessageId));
            }
        }
    }

    /// <summary>The queue is away.</summary>
    public void QueueFailed()
    {
        lock (_lock)
            _answersSince = null;
    }

    /// <summary>Takes those that are due, the longest due first, and holds them for a time.</summary>
    public IReadOnlyList<RememberedShard> TakeDue(int max, TimeSpan hold)
    {
        lock (_lock)
        {
            var due = _shards.Values.Where(shard => shard.Due <= NowMs && !IsInHand(shard)).OrderBy(shard => shard.Due).Take(max).ToList();
            foreach (var shard in due)
                _inHand[shard.MessageId] = NowMs + (long)hold.TotalMilliseconds;
            return due;
        }
    }

    /// <summary>Holds one for longer that was taken.</summary>
    public void Hold(string messageId, TimeSpan hold)
    {
        lock (_lock)
        {
            if (_inHand.ContainsKey(messageId))
                _inHand[messageId] = NowMs + (long)hold.TotalMilliseconds;
        }
    }

    // The shard is re-armed all the same, and remembered for as long as this process lives.
    private void OnDisk(Action write)
    {
        try
        {
            write();
            if (_notKept.Over(Quiet) is { } past)
                Log.KeptAgain(logger, past.Seconds);
        }
        catch (QueueUnavailableException exception)
        {
            if (_notKept.Happened(exception.Message))
                Log.NotKept(logger, exception.Message);
        }
    }

    private bool IsInHand(RememberedShard shard) => _inHand.TryGetValue(shard.MessageId, out var until) && until > NowMs;

    private static Dictionary<string, RememberedShard> Load(IShardMemory memory, TimeProvider timeProvider)
    {
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var shards = new Dictionary<string, RememberedShard>(StringComparer.Ordinal);
        foreach (var shard in memory.Load())
        {
            if (Math.Abs(shard.Due - now) <= Longest.TotalMilliseconds)
                shards[shard.MessageId] = shard;
            else
                memory.Remove(shard.MessageId);
        }
        return shards;
    }

    private static partial class Log
    {
        [LoggerMessage(1603, LogLevel.Warning, "Re-armed shards cannot be remembered on this disk: {Reason} Should the queue go away, those are visited only for as long as this process lives.")]
        public static partial void NotKept(ILogger logger, string reason);

        [LoggerMessage(1604, LogLevel.Information, "Re-armed shards are remembered on this disk again, after {Seconds} s.")]
        public static partial void KeptAgain(ILogger logger, double seconds);
    }
}
