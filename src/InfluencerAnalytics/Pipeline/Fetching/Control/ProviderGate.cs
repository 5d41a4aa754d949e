using System.Runtime.CompilerServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>Every request of this fetcher to the provider goes through here, under what <see cref="ProviderControl"/> allows. Safe for concurrent use.</summary>
internal sealed class ProviderGate(IInfluencerDataProvider provider, ProviderControl control, PipelineMetrics metrics, TimeProvider timeProvider)
{
    private static readonly FetchOutcome KeptBack = FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.CircuitOpen);

    // A request that waited so long when its slot ended had no answer in time; one that had just begun says nothing about the provider.
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(500);

    /// <summary>True while requests are kept back since the provider is away. False once a probe may go, so that whoever asks only then does probe.</summary>
    public bool KeepsBack => control.KeepsBack;

    /// <summary>Asks the provider once; <see cref="MissReason.CircuitOpen"/> when the request was kept back.</summary>
    /// <param name="influencerId">Whom to ask about.</param>
    /// <param name="isFirst">Whether it is the first request about it in its slot.</param>
    /// <param name="cancellationToken">Ends the wait and the request.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FetchOutcome> FetchAsync(long influencerId, bool isFirst, CancellationToken cancellationToken)
    {
        if (await control.EnterAsync(isFirst, cancellationToken) is not { } permit)
            return KeptBack;
        metrics.RequestStarted();
        var started = timeProvider.GetTimestamp();
        var isCounted = false;
        try
        {
            var outcome = await provider.FetchAsync(influencerId, permit.TimeLimit, cancellationToken);
            Count(permit, outcome, timeProvider.GetElapsedTime(started));
            isCounted = true;
            return outcome;
        }
        catch (OperationCanceledException) when (timeProvider.GetElapsedTime(started) is var waited && waited >= SlowAnswer)
        {
            // Else a provider that never answers would not be noticed when an interval is shorter than the time limit of a request.
            var outcome = FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.Timeout);
            Count(permit, outcome, waited);
            isCounted = true;
            return outcome;
        }
        finally
        {
            metrics.RequestEnded();
            if (!isCounted)
                permit.Sent.Withdraw();
        }
    }

    private void Count(Permit permit, in FetchOutcome outcome, TimeSpan time)
    {
        control.Count(permit, outcome, time);
        metrics.RequestTook(outcome.IsOk ? null : outcome.Reason, time);
        if (!outcome.IsOk)
            metrics.AttemptFailed(outcome.Reason);
    }
}
