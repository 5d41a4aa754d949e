using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Sqs.Creation;

/// <summary>
/// Makes this process unready while a queue is not as it has to be: missing, or one that throws messages away. Work goes on with what there is. That the queue of the suspicion checks is
/// missing is for that lane to say: the readings need it not.
/// </summary>
internal sealed class QueueInspector(QueueCreation creation, WorkerHealth health, TimeProvider timeProvider, ILogger<QueueInspector> logger)
    : Worker("queues", health, timeProvider, logger)
{
    private bool _hasProblem;

    // Two calls; whoever mends a queue wants to see it soon.
    protected override TimeSpan IdlePause => _hasProblem ? TimeSpan.FromSeconds(5) : TimeSpan.FromMinutes(1);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var problems = (await creation.InspectAsync(stopping)).Where(static state => state.Problem is not null && state is not { IsMissing: true, IsOfChecks: true }).Select(state => $"{state.Name}: {state.Problem}").ToList();
        _hasProblem = problems.Count > 0;
        return problems.Count == 0 ? WorkResult.Idle : WorkResult.Blocked(string.Join(" ", problems));
    }
}
