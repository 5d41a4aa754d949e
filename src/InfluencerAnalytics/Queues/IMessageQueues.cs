namespace InfluencerAnalytics.Queues;

/// <summary>Gives the queues by name. Safe for concurrent use.</summary>
public interface IMessageQueues
{
    /// <param name="name">One of <see cref="QueueNames"/>.</param>
    IMessageQueue Get(string name);
}
