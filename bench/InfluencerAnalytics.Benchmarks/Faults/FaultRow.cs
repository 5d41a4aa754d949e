using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Weather;

namespace InfluencerAnalytics.Benchmarks.Faults;

/// <summary>What a scenario came to.</summary>
/// <param name="GoodPerSecond">Good answers of the simulator, over the measured time.</param>
/// <param name="Share">Of what the provider was willing to give.</param>
/// <param name="Refused">Share of the requests answered 429 beyond the limit.</param>
/// <param name="Coverage">Of the slots that lay in the measured time whole; not a number when none did.</param>
internal sealed record FaultFigures(double GoodPerSecond, double Share, double Refused, double Coverage, int Slots, double LimitP50, double LimitP95);

/// <summary>Runs one scenario.</summary>
internal sealed class FaultRow(FaultScenario scenario)
{
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(1);

    private readonly Dictionary<DateTimeOffset, SlotAccount> _slots = [];
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _measured = [];
    private readonly List<double> _limits = [];
    private double _seconds;
    private double _willing;
    private long _good;
    private long _asked;
    private long _refused;

    /// <param name="wanted">Good answers a second that a provider without faults gives.</param>
    public async Task<FaultFigures> RunAsync(double wanted, CancellationToken cancellationToken)
    {
        // 429s by fault tell nobody to wait; those beyond a limit do not either, since a client that sleeps a second reads nothing meanwhile.
        await using var run = await FaultyRun.StartAsync(scenario.Influencers, scenario.Interval, ledger: 0, retryAfterSeconds: 0, cancellationToken);
        // The start itself is measured elsewhere; the first full slot must have begun.
        await WatchAsync(run, 2 * scenario.Interval, isMeasured: false, cancellationToken);
        foreach (var phase in scenario.Phases)
            await PhaseAsync(run, phase, wanted, cancellationToken);
        // The last slots become final two intervals after they began.
        await WatchAsync(run, 2 * scenario.Interval, isMeasured: false, cancellationToken);
        var full = _slots.Values.Where(slot => _measured.Any(span => slot.Slot >= span.From && slot.Slot.AddSeconds(2 * scenario.Interval) <= span.To)).ToList();
        _limits.Sort();
        return new FaultFigures(
            _good / _seconds, _good / _willing, _asked == 0 ? 0 : (double)_refused / _asked,
            full.Sum(slot => (double)slot.Stored) / full.Sum(slot => slot.Tracked), full.Count, At(0.5), At(0.95));
    }

    private async Task PhaseAsync(FaultyRun run, Phase phase, double wanted, CancellationToken cancellationToken)
    {
        await run.SetAsync(phase.Behaviour, cancellationToken);
        await WatchAsync(run, phase.Unmeasured, isMeasured: false, cancellationToken);
        if (phase.Seconds <= phase.Unmeasured)
            return;
        var before = await CountsAsync(run, cancellationToken);
        var (clock, from) = (Stopwatch.StartNew(), TimeProvider.System.GetUtcNow());
        await WatchAsync(run, phase.Seconds - phase.Unmeasured, isMeasured: true, cancellationToken);
        var after = await CountsAsync(run, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        // Phases without a break between them are one stretch, so that a slot may reach over several.
        var now = TimeProvider.System.GetUtcNow();
        if (_measured is [.., var last] && phase.Unmeasured == 0)
            _measured[^1] = (last.From, now);
        else
            _measured.Add((from, now));
        _seconds += seconds;
        _willing += phase.Behaviour.WillingPerSecond(wanted) * seconds;
        _good += after.Readings - before.Readings;
        _asked += after.Requests - before.Requests;
        _refused += after.Refused - before.Refused;
    }

    private static async Task<ProviderCounts> CountsAsync(FaultyRun run, CancellationToken cancellationToken) =>
        await run.CountsAsync(cancellationToken) ?? throw new InvalidOperationException("The simulator does not answer.");

    private async Task WatchAsync(FaultyRun run, int seconds, bool isMeasured, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (TimeSpan.FromSeconds(seconds) - clock.Elapsed is { Ticks: > 0 } left)
        {
            await Task.Delay(left < Sample ? left : Sample, TimeProvider.System, cancellationToken);
            foreach (var slot in await run.SlotsAsync(cancellationToken))
            {
                if (slot.IsFinal)
                    _slots[slot.Slot] = slot;
            }
            if (isMeasured)
                _limits.Add(await run.LimitAsync(cancellationToken));
        }
    }

    private double At(double quantile) => _limits.Count == 0 ? double.NaN : _limits[(int)((_limits.Count - 1) * quantile)];
}
