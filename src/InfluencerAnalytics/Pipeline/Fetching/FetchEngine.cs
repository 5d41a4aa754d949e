using System.Threading.Channels;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Asks the provider for the ids of many passes at once, with as many requests in flight as <see cref="AdaptiveConcurrency"/> allows.
/// A fixed set of loops rather than a task an id. Safe for concurrent use.
/// </summary>
internal sealed partial class FetchEngine(
    ProviderGate gate,
    FetchingOptions options,
    PipelineStatistics statistics,
    TimeProvider timeProvider,
    ILogger<FetchEngine> logger) : BackgroundService
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(500);

    // Bounded by FetchingOptions.MaxIdsInHand: the fetcher receives no more shards above it.
    private readonly Channel<WorkItem> _items = Channel.CreateUnbounded<WorkItem>();
    private readonly AdaptiveConcurrency _concurrency = new(options.InitialConcurrency, options.MaxConcurrency);
    private int _limit = Math.Min(options.InitialConcurrency, options.MaxConcurrency);
    private int _workers;
    private int _completed;
    private int _overloaded;

    /// <summary>Asks once for every id of the pass; completes when each has an outcome. Never throws for an outcome.</summary>
    public Task RunAsync(FetchPass pass)
    {
        if (pass.Ids.Count == 0)
            return Task.CompletedTask;
        for (var i = 0; i < pass.Ids.Count; i++)
            _items.Writer.TryWrite(new WorkItem(pass, i));
        EnsureWorkers();
        return pass.Completed;
    }

    /// <summary>Adapts the limit until the process stops; passes go on without it.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Window, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Adapt();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the loop.
        }
    }

    private void Adapt()
    {
        var completed = Interlocked.Exchange(ref _completed, 0);
        var overloaded = Interlocked.Exchange(ref _overloaded, 0);
        _concurrency.Observe(completed, overloaded, backlogged: _items.Reader.Count > completed && _items.Reader.Count > 0);
        Volatile.Write(ref _limit, _concurrency.Limit);
        statistics.ConcurrencyLimitIs(_concurrency.Limit);
        statistics.CircuitIs(gate.IsOpen);
        EnsureWorkers();
    }

    private void EnsureWorkers()
    {
        int workers;
        while (_items.Reader.Count > 0 && (workers = Volatile.Read(ref _workers)) < Volatile.Read(ref _limit))
        {
            if (Interlocked.CompareExchange(ref _workers, workers + 1, workers) == workers)
                _ = Task.Run(WorkAsync);
        }
    }

    private async Task WorkAsync()
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

    private async ValueTask<FetchOutcome> FetchAsync(FetchPass pass, long id)
    {
        if (pass.CancellationToken.IsCancellationRequested)
            return FetchPass.NotReached;
        try
        {
            var outcome = await gate.FetchAsync(id, pass.CancellationToken);
            if (outcome.Reason != MissReason.CircuitOpen)
                Interlocked.Increment(ref _completed);
            if (outcome.Reason is MissReason.Throttled or MissReason.Timeout)
                Interlocked.Increment(ref _overloaded);
            return outcome;
        }
        catch (OperationCanceledException) when (pass.CancellationToken.IsCancellationRequested)
        {
            return FetchPass.NotReached;
        }
        catch (Exception exception)
        {
            // A bug in the provider's client must not stop the loop, nor hide.
            Log.FetchThrew(logger, id, exception);
            statistics.AttemptFailed(MissReason.Other);
            return FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.Other);
        }
    }

    private bool TryRetire()
    {
        int workers;
        while ((workers = Volatile.Read(ref _workers)) > Volatile.Read(ref _limit))
        {
            if (Interlocked.CompareExchange(ref _workers, workers - 1, workers) == workers)
                return true;
        }
        return false;
    }

    private readonly record struct WorkItem(FetchPass Pass, int Index);

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Error, "Asking for influencer {InfluencerId} threw.")]
        public static partial void FetchThrew(ILogger logger, long influencerId, Exception exception);
    }
}
