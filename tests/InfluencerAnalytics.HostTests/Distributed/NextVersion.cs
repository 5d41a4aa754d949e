using System.Text;
using System.Text.Json.Nodes;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;
using InfluencerAnalytics.Sqs.Queues;

namespace InfluencerAnalytics.HostTests.Distributed;

/// <summary>
/// A program of the next version, as far as the queues see it: it writes today's messages with fields that today's program does not know, and messages of a version that only it
/// can read, and takes those.
/// </summary>
internal sealed class NextVersion : IDisposable
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);

    private readonly SqsConnection _connection;
    private readonly SqsQueues _queues;

    /// <param name="server">Directly: what stands before it for the processes of today is not its own.</param>
    /// <param name="prefix">Of the queues' names.</param>
    public NextVersion(Uri server, string prefix)
    {
        _connection = new SqsConnection(new SqsOptions { ServiceUrl = server, Region = "us-east-1", QueuePrefix = prefix }, new ClockGuard(TimeProvider.System));
        _queues = new SqsQueues(_connection);
    }

    /// <summary>Sends messages as they are.</summary>
    public async Task SendAsync(string queue, CancellationToken cancellationToken, params IEnumerable<string> bodies) =>
        await _queues.Get(queue).SendAllAsync([.. bodies.Select(static body => new OutgoingMessage(Encoding.UTF8.GetBytes(body)))], cancellationToken);

    /// <summary>Puts a shard of its own in the place of each that waits, as its seeder would have sent it: nobody else may receive meanwhile.</summary>
    /// <param name="influencers">How many they have.</param>
    /// <param name="within">By when the last of them is visible.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RewriteShardsAsync(int influencers, TimeSpan within, CancellationToken cancellationToken)
    {
        var queue = _queues.Get(QueueNames.InfluencerIdStore);
        var today = new List<ReceivedMessage>();
        while (await queue.ReceiveAsync(QueueLimits.MaxEntries, Hold, within, cancellationToken) is { Count: > 0 } messages)
            today.AddRange(messages);
        var shards = today.ConvertAll(static message => JsonNode.Parse(message.Body.Span)!.AsObject());
        shards.SelectMany(static shard => shard["ids"]!.AsArray()).Select(static id => (long)id!).Distinct().Count().ShouldBe(influencers);
        foreach (var shard in shards)
            Extend(shard);
        await SendAsync(queue.Name, cancellationToken, shards.Select(static shard => shard.ToJsonString()));
        await queue.DeleteAllAsync(today, cancellationToken);
    }

    /// <summary>Takes the messages that only it can read; others go back at once.</summary>
    /// <param name="count">How many of them there are.</param>
    public async Task<List<ReceivedMessage>> TakeAsync(string name, int count, TimeSpan limit, CancellationToken cancellationToken)
    {
        var queue = _queues.Get(name);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(limit);
        var taken = new List<ReceivedMessage>();
        var others = new List<VisibilityChange>();
        while (taken.Count < count)
        {
            foreach (var message in await queue.ReceiveAsync(QueueLimits.MaxEntries, Hold, TimeSpan.FromSeconds(1), late.Token))
            {
                if (MessageVersion.IsNewer(message.Body, out _))
                    taken.Add(message);
                else
                    others.Add(new VisibilityChange(message, TimeSpan.Zero));
            }
        }
        await queue.DeleteAllAsync(taken, cancellationToken);
        (await queue.ChangeVisibilityAsync(others, cancellationToken)).ShouldBeEmpty();
        return taken;
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>A message of version 1 as the next version writes it.</summary>
    public static JsonObject Extend(JsonObject message)
    {
        message["region"] = "of tomorrow";
        message["limits"] = new JsonObject { ["v"] = 2, ["ids"] = new JsonArray("a", null, 1.5), ["deeper"] = new JsonObject { ["points"] = new JsonArray() } };
        message["quick"] = true;
        return message;
    }
}
