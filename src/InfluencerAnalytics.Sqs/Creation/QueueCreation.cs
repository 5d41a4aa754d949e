using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;

namespace InfluencerAnalytics.Sqs.Creation;

/// <summary>Makes the queues that are not there, and says of each what is wrong with it. Safe for concurrent use.</summary>
public sealed class QueueCreation
{
    // The most that SQS keeps a message. A seeding comes every few days, and this is how long its absence can go unnoticed.
    private const int RetentionSeconds = 14 * 24 * 3600;

    private static readonly List<string> Inspected = [QueueAttributeName.MessageRetentionPeriod, QueueAttributeName.RedrivePolicy];

    private readonly SqsConnection _connection;

    internal QueueCreation(SqsConnection connection) => _connection = connection;

    /// <summary>Makes every queue that is not there: without a redrive policy, encrypted, with the longest retention. Those that there are stay as they are.</summary>
    /// <exception cref="QueueUnavailableException">SQS cannot be reached, or the credentials are no good.</exception>
    public async ValueTask<IReadOnlyList<QueueState>> CreateAsync(CancellationToken cancellationToken)
    {
        var states = new List<QueueState>();
        foreach (var queue in QueueNames.All)
            states.Add(await InspectAsync(queue, cancellationToken) ?? await CreateAsync(queue, cancellationToken));
        return states;
    }

    /// <summary>Looks at every queue and changes nothing.</summary>
    /// <exception cref="QueueUnavailableException">SQS cannot be reached, or the credentials are no good.</exception>
    public async ValueTask<IReadOnlyList<QueueState>> InspectAsync(CancellationToken cancellationToken)
    {
        var states = new List<QueueState>();
        foreach (var queue in QueueNames.All)
            states.Add(await InspectAsync(queue, cancellationToken) ?? Missing(queue, "It does not exist. 'queues create' makes it."));
        return states;
    }

    /// <summary>What a new queue is made with.</summary>
    internal static Dictionary<string, string> AttributesOf(SqsOptions options)
    {
        var attributes = new Dictionary<string, string>
        {
            [QueueAttributeName.MessageRetentionPeriod] = RetentionSeconds.ToString(CultureInfo.InvariantCulture),
            [QueueAttributeName.MaximumMessageSize] = QueueLimits.MaxBodyBytes.ToString(CultureInfo.InvariantCulture),
        };
        if (options.KmsKeyId is { } key)
            attributes[QueueAttributeName.KmsMasterKeyId] = key;
        else
            attributes[QueueAttributeName.SqsManagedSseEnabled] = "true";
        return attributes;
    }

    private async ValueTask<QueueState> CreateAsync(string queue, CancellationToken cancellationToken)
    {
        var name = _connection.NameOf(queue);
        try
        {
            await _connection.Client().CreateQueueAsync(new CreateQueueRequest { QueueName = name, Attributes = AttributesOf(_connection.Options) }, cancellationToken);
            return new QueueState(name, true, null);
        }
        catch (AmazonServiceException exception) when (exception.StatusCode == HttpStatusCode.Forbidden)
        {
            return Missing(queue, $"It does not exist, and the right sqs:CreateQueue on it is missing: {exception.Message}");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && SqsErrors.IsOfTheCall(exception))
        {
            throw SqsErrors.Explain(exception, name, _connection.Options);
        }
    }

    private QueueState Missing(string queue, string problem) => new(_connection.NameOf(queue), false, problem) { IsMissing = true, IsOfChecks = queue == QueueNames.SuspicionChecks };

    // Null when there is none.
    private async ValueTask<QueueState?> InspectAsync(string queue, CancellationToken cancellationToken)
    {
        var name = _connection.NameOf(queue);
        try
        {
            var attributes = await _connection.CallAsync(
                queue, "GetQueueAttributes", async (client, url, cancellation) => (await client.GetQueueAttributesAsync(new GetQueueAttributesRequest(url, Inspected), cancellation)).Attributes, TimeSpan.Zero, cancellationToken);
            return new QueueState(name, false, ProblemOf(attributes ?? []));
        }
        catch (QueueUnavailableException exception) when (exception.IsMissing)
        {
            return null;
        }
    }

    private static string? ProblemOf(Dictionary<string, string> attributes)
    {
        if (attributes.TryGetValue(QueueAttributeName.RedrivePolicy, out var redrive) && redrive.Length > 0)
            return "It has a redrive policy. A shard is received once an interval for days, so that a limit of receives throws the roster away: remove the policy.";
        return attributes.TryGetValue(QueueAttributeName.MessageRetentionPeriod, out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds < RetentionSeconds
            ? $"It keeps messages for {seconds / 86400.0:0.#} days only. Set its MessageRetentionPeriod to {RetentionSeconds}: what waits for a store that is away, and shards between two seedings, are lost otherwise."
            : null;
    }
}
