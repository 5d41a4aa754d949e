using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Working;

/// <summary>
/// The one loop that everything runs that works in the background: work while there is some, pause when there is none, back off when a part is away,
/// report health each time round, and never die silently. At stop it takes no new work; what is in hand is drained by
/// <see cref="DrainAsync"/>, which is cancelled at its deadline.
/// </summary>
internal abstract partial class Worker(string name, WorkerHealth health, TimeProvider timeProvider, ILogger logger) : BackgroundService
{
    /// <summary>Two phases have to fit into the 10 s in which the program promises to stop; queues and store close after this.</summary>
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(6);

    // A worker that fails now and then is in one trouble all the while.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly Episode _trouble = new(timeProvider);
    private long _failures;

    /// <summary>Iterations that failed since start.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    protected string Name { get; } = name;

    protected TimeProvider TimeProvider { get; } = timeProvider;

    protected ILogger Logger { get; } = logger;

    /// <summary>How long to wait when there was nothing to do.</summary>
    protected virtual TimeSpan IdlePause => TimeSpan.FromMilliseconds(200);

    /// <summary>How long to wait when a round failed.</summary>
    protected virtual Backoff NewBackoff() => new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    protected long NowMs => TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>One round of work without the loop around it.</summary>
    internal ValueTask<WorkResult> RoundAsync(CancellationToken stopping) => WorkAsync(stopping);

    /// <summary>Does one round of work.</summary>
    protected abstract ValueTask<WorkResult> WorkAsync(CancellationToken stopping);

    /// <summary>Finishes what is in hand. <paramref name="deadline"/> is cancelled when no time is left.</summary>
    protected virtual ValueTask DrainAsync(CancellationToken deadline) => ValueTask.CompletedTask;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host starts services one after the other: the first round must not hold up the next service.
        await Task.Yield();
        var backoff = NewBackoff();
        // Else one whose first round never ends would be missed by nobody.
        health.Ready(Name);
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                var result = await WorkAsync(stoppingToken);
                pause = result.DidWork ? TimeSpan.Zero : IdlePause;
                if (result.BlockedBecause is { } reason)
                    Block(reason);
                else
                    Succeed(pause);
                backoff.Reset();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                pause = Fail(exception, backoff);
            }
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, TimeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await DrainToDeadlineAsync();
        health.Remove(Name);
    }

    private void Succeed(TimeSpan pause)
    {
        health.Ready(Name, pause);
        if (_trouble.Over(Steady) is { } past)
            Log.WorksAgain(Logger, Name, past.Times, past.Seconds);
    }

    private void Block(string reason)
    {
        health.Unready(Name, reason);
        if (_trouble.Happened(reason))
            Log.Blocked(Logger, Name, reason);
    }

    private TimeSpan Fail(Exception exception, Backoff backoff)
    {
        Interlocked.Increment(ref _failures);
        health.Unready(Name, exception.Message);
        if (_trouble.Happened($"{exception.GetType()} {exception.Message}"))
        {
            if (exception is PartUnavailableException)
                Log.PartAway(Logger, Name, exception.Message);
            else
                Log.RoundFailed(Logger, Name, exception);
        }
        return backoff.Next();
    }

    private async Task DrainToDeadlineAsync()
    {
        using var deadline = new CancellationTokenSource(DrainDeadline, TimeProvider);
        try
        {
            await DrainAsync(deadline.Token);
        }
        catch (Exception exception)
        {
            Log.DrainFailed(Logger, Name, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Warning, "{Worker}: {Reason} Trying again.")]
        public static partial void PartAway(ILogger logger, string worker, string reason);

        [LoggerMessage(1002, LogLevel.Error, "{Worker}: a round failed. Trying again.")]
        public static partial void RoundFailed(ILogger logger, string worker, Exception exception);

        [LoggerMessage(1003, LogLevel.Error, "{Worker}: could not finish what was in hand; it stays in the queue and comes again.")]
        public static partial void DrainFailed(ILogger logger, string worker, Exception exception);

        [LoggerMessage(1004, LogLevel.Warning, "{Worker}: does not work: {Reason}")]
        public static partial void Blocked(ILogger logger, string worker, string reason);

        [LoggerMessage(1005, LogLevel.Information, "{Worker}: works again, after {Times} failed rounds in {Seconds} s.")]
        public static partial void WorksAgain(ILogger logger, string worker, long times, double seconds);
    }
}
