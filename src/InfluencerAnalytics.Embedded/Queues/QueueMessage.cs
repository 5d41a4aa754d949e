namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>What is held in memory of one message; its body stays in the database.</summary>
internal sealed class QueueMessage(long id, long sentAt, int bytes)
{
    public long Id { get; } = id;

    /// <summary>Epoch milliseconds of the wall clock.</summary>
    public long SentAt { get; } = sentAt;

    /// <summary>Of its body; 0 for one sent by a version that did not note it.</summary>
    public int Bytes { get; } = bytes;

    /// <summary>Milliseconds of the monotonic clock; see <see cref="QueueClock"/>.</summary>
    public long VisibleAt { get; set; }

    public int ReceiveCount { get; set; }

    public QueueMessageState State { get; set; }

    /// <summary>Names the newest receive; 0 before the first one of this process.</summary>
    public long Receipt { get; set; }

    /// <summary>Rises with every change of when it is visible: a heap entry of an older one is void.</summary>
    public int Stamp { get; set; }
}

internal enum QueueMessageState : byte
{
    /// <summary>Sent and never visible yet.</summary>
    Delayed,

    /// <summary>Visible.</summary>
    Waiting,

    /// <summary>Received or re-armed, and hidden.</summary>
    InFlight,

    Deleted,
}
