using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Asks the provider for the ids of many passes at once, with as many requests in flight as <see cref="ProviderControl"/> allows.
/// A fixed set of loops rather than a task an id. Safe for concurrent use.
/// </summary>
internal sealed partial class FetchEngine(
    ProviderGate gate,
    ProviderControl control,
    PipelineMetrics metrics,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<FetchEngine> logger) : Worker("fetch engine", health, timeProvider, logger)
{
    // So few are all under way at once anyway.
    private const int FewIds = 32;

    // Bounded by FetchingOptions.MaxIdsInHand: the fetcher receives no more shards above it.
    private readonly Channel<WorkItem> _items = Channel.CreateUnbounded<WorkItem>();
    private readonly RequestsInFlight _inFlight = new(timeProvider);
    private readonly Episode _threw = new(timeProvider);
    private int _loops;
    private long _adapted = timeProvider.GetTimestamp();

    // Long enough for a window of answers, short against what a controller must settle in.
    protected override TimeSpan IdlePause => TimeSpan.FromMilliseconds(500);

    /// <summary>Asks once for every id of the pass; completes when each has an outcome. Never throws for an outcome.</summary>
    public Task RunAsync(FetchPass pass)
    {
        if (pass.Ids.Count == 0)
            return Task.CompletedTask;
        if (pass.IsFirst)
            control.Want(pass.Ids.Count, pass.End.Interval);
        // In a scattered order: where neighbours fail together, those first asked would speak for all. And from another one on each time: where the slot is over before all
        // were asked, it must not be the same ones, slot after slot, that never are.
        var step = StepOver(pass.Ids.Count);
        for (var (i, index) = (0, Random.Shared.Next(pass.Ids.Count)); i < pass.Ids.Count; i++, index = (index + step) % pass.Ids.Count)
            _items.Writer.TryWrite(new WorkItem(pass, index));
        EnsureLoops();
        return pass.Completed;
    }

    /// <summary>Adapts the limit, until the process stops; passes go on without it.</summary>
    protected override ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        var now = TimeProvider.GetTimestamp();
        var window = TimeProvider.GetElapsedTime(_adapted, now);
        // The first round comes at once: nothing was seen yet.
        if (window < IdlePause / 2)
            return new(WorkResult.Idle);
        control.Observe(window.TotalSeconds, _inFlight.TakeBusySeconds(), _items.Reader.Count, _inFlight.Count);
        _adapted = now;
        EnsureLoops();
        if (_threw.Over(TimeSpan.FromMinutes(1)) is { } past)
            Log.FetchThrowsNoMore(Logger, past.Times, past.Seconds);
        return new(WorkResult.Idle);
    }

    private void EnsureLoops()
    {
        int loops;
        while (_items.Reader.Count > 0 && (loops = Volatile.Read(ref _loops)) < control.Limit)
        {
            if (Interlocked.CompareExchange(ref _loops, loops + 1, loops) == loops)
                _ = Task.Run(AskAsync);
        }
    }

    private async Task AskAsync()
    {
        while (true)
        {
            var item = await _items.Reader.ReadAsync();
            if (TryRetire())
            {
                _items.Writer.TryWrite(item);
                return;
            }
            item.Pass.Complete(item.Index, await FetchAsync(item.Pass, item.Pass.Ids[item.Index]));
        }
    }

    // State machines from a pool here and below: together they were 1 KB a request. Benchmark: fetch-loop --types.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FetchOutcome> FetchAsync(FetchPass pass, long id)
    {
        if (pass.CancellationToken.IsCancellationRequested || pass.End.IsTooNear(control.UsualTime))
            return FetchPass.NotReached;
        _inFlight.Begin();
        try
        {
            var outcome = await gate.FetchAsync(id, pass.IsFirst, pass.CancellationToken);
            return pass.End.IsPast ? FetchPass.NotReached : outcome;
        }
        catch (OperationCanceledException) when (pass.CancellationToken.IsCancellationRequested)
        {
            return FetchPass.NotReached;
        }
        catch (Exception exception)
        {
            // A bug in the provider's client must not stop the loop, nor hide.
            if (_threw.Happened($"{exception.GetType()} {exception.Message}"))
                Log.FetchThrew(Logger, id, exception);
            metrics.AttemptFailed(MissReason.Other);
            return FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.Other);
        }
        finally
        {
            _inFlight.End();
        }
    }

    // About the golden section of the count, and without a common divisor, so that every index comes once and neighbours lie far apart.
    private static int StepOver(int count)
    {
        if (count < FewIds)
            return 1;
        var step = Math.Max(1, (int)(count * 0.618));
        while (BigInteger.GreatestCommonDivisor(step, count) != 1)
            step++;
        return step;
    }

    private bool TryRetire()
    {
        int loops;
        while ((loops = Volatile.Read(ref _loops)) > control.Limit)
        {
            if (Interlocked.CompareExchange(ref _loops, loops - 1, loops) == loops)
                return true;
        }
        return false;
    }

    private readonly record struct WorkItem(FetchPass Pass, int Index);

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Error, "Asking for influencer {InfluencerId} threw.")]
        public static partial void FetchThrew(ILogger logger, long influencerId, Exception exception);

        [LoggerMessage(1202, LogLevel.Information, "Asking for influencers throws no more; it did {Times} times in {Seconds} s.")]
        public static partial void FetchThrowsNoMore(ILogger logger, long times, double seconds);
    }
}
