using System.Net;
using System.Runtime.CompilerServices;

namespace InfluencerAnalytics.Client;

/// <summary>A stream of events over as many connections as it takes. Each enumeration is a stream of its own.</summary>
/// <param name="connect">Opens one connection, behind an event where one is named.</param>
internal sealed class EventStream(Func<string?, EventConnection> connect, StreamOptions options)
{
    public async IAsyncEnumerable<StreamEvent> ReadAsync(string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pauses = new StreamPauses(options.MaxPause);
        while (true)
        {
            Exception? failure = null;
            await using (var connection = connect(lastEventId))
            {
                while (true)
                {
                    StreamEvent? next = null;
                    try
                    {
                        next = await connection.NextAsync(options.MaxSilence, options.TimeProvider, cancellationToken);
                    }
                    catch (Exception exception) when (options.Reconnect && MayPass(exception) && !cancellationToken.IsCancellationRequested)
                    {
                        failure = exception;
                    }
                    if (next is null)
                        break;
                    pauses.Heard(connection.Retry);
                    // Each event is read on behalf of the one before: who asks for the next has that one.
                    if (!string.IsNullOrEmpty(next.Id))
                        lastEventId = next.Id;
                    yield return next;
                }
            }
            if (!options.Reconnect)
                yield break;
            var pause = pauses.Next((failure as ApiProblemException)?.RetryAfter, Random.Shared.NextDouble());
            options.Interrupted?.Invoke(failure, pause);
            await Task.Delay(pause, options.TimeProvider, cancellationToken);
        }
    }

    // A server that is away, restarts or has no place; not one that does not know the key or the question, nor one that is none of ours.
    private static bool MayPass(Exception exception) => exception switch
    {
        ApiProblemException problem => problem.Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)problem.Status >= 500,
        HttpRequestException or IOException => true,
        _ => false,
    };
}
