using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Embedded.Disk;

/// <summary>Counts the messages whose body is missing or cannot be read: damage, not bad input, hence no dead letters. Safe for concurrent use.</summary>
internal sealed partial class DamagedMessages
{
    // Of a damaged block of bodies the first few tell as much as all.
    private const int MaxLogged = 10;

    private readonly Lock _gate = new();
    private long _count;
    private string? _first;

    /// <summary>Set before the queues are used.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    public long Count
    {
        get
        {
            lock (_gate)
                return _count;
        }
    }

    /// <summary>A sentence for people, or null when there are none.</summary>
    public string? Summary
    {
        get
        {
            lock (_gate)
            {
                return _count == 0
                    ? null
                    : string.Create(CultureInfo.InvariantCulture, $"{_count:#,0} queued messages were set aside, since their bodies are missing or damaged (the first: {_first}). Where shards of the roster may be among them it is seeded again by itself; restore the last backup if more is missing.");
            }
        }
    }

    /// <summary>Those of them that may have been shards.</summary>
    public LostShards LostShards { get; } = new();

    /// <param name="exception">Why it cannot be read; null when it is not there.</param>
    public void Add(string queue, string message, Exception? exception)
    {
        long count;
        lock (_gate)
        {
            count = ++_count;
            _first ??= $"message {message} of {queue}";
        }

        if (count <= MaxLogged)
            Log.SetAside(Logger, message, queue, exception is null ? "is missing" : "cannot be read", exception);
        if (count == MaxLogged)
            Log.OnlyCounted(Logger);
    }

    private static partial class Log
    {
        [LoggerMessage(2052, LogLevel.Error, "The body of message {Message} of {Queue} {Damage}: the database is damaged. The message is set aside; the others go on.")]
        public static partial void SetAside(ILogger logger, string message, string queue, string damage, Exception? exception);

        [LoggerMessage(2053, LogLevel.Error, "Further messages without a body are counted only; the state of the store shows how many.")]
        public static partial void OnlyCounted(ILogger logger);
    }
}
