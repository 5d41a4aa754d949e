using System.Diagnostics;

namespace InfluencerAnalytics.Benchmarks.Weather;

/// <summary>What to run.</summary>
internal sealed record WeatherSettings(int Influencers, int IntervalSeconds, int Turns, int TurnSeconds, int CalmAtEndSeconds, int Seed);

/// <summary>Runs a plan against the program and judges it.</summary>
internal sealed class WeatherRun(WeatherSettings settings, Action<string> print)
{
    private readonly Dictionary<DateTimeOffset, SlotAccount> _slots = [];
    private readonly List<MemorySample> _memory = [];
    private readonly List<SpellFigures> _spells = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private double Wanted => (double)settings.Influencers / settings.IntervalSeconds;

    /// <returns>Everything that is wrong; nothing when the program came through.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var plan = new WeatherPlan(settings.Seed, Wanted, settings.IntervalSeconds);
        var length = TimeSpan.FromSeconds(settings.Turns * settings.TurnSeconds + settings.CalmAtEndSeconds + 4 * settings.IntervalSeconds);
        // Twice what is wanted: an answer that came too late is in the ledger too.
        var ledger = (int)Math.Min(200_000_000, Wanted * length.TotalSeconds * 2 + 100_000);
        await using var run = await FaultyRun.StartAsync(settings.Influencers, settings.IntervalSeconds, ledger, retryAfterSeconds: 0, cancellationToken);
        // The first full slot and the climb of the concurrency.
        await WatchAsync(run, settings.IntervalSeconds * 3, cancellationToken);
        var from = TimeProvider.System.GetUtcNow();
        print("| minute | weather | s | good/s | willing/s | share |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var (index, spell) in plan.Make(settings.Turns, settings.TurnSeconds).Index())
            await SpellAsync(run, index, spell, cancellationToken);
        await WatchAsync(run, settings.CalmAtEndSeconds, cancellationToken);
        var to = TimeProvider.System.GetUtcNow();
        // The last slots become final two intervals after they begin.
        await WatchAsync(run, settings.IntervalSeconds * 2, cancellationToken);
        var (first, second) = WeatherJudge.Peaks(_memory, _clock.Elapsed);
        print(FormattableString.Invariant($"good answers: {WeatherJudge.GoodShare(_spells):P1} of what the provider was willing to give; memory at its peaks: {first / 1e6:N0} MB in the first half, {second / 1e6:N0} MB in the second"));
        var errors = new List<string>();
        errors.AddRange(WeatherJudge.GoodAnswers(_spells));
        errors.AddRange(WeatherJudge.Recovery(_spells, _slots, settings.IntervalSeconds, settings.Influencers));
        errors.AddRange(WeatherJudge.Accounting(_slots, from, to, settings.IntervalSeconds, settings.Influencers));
        errors.AddRange(WeatherJudge.Memory(_memory, _clock.Elapsed));
        errors.AddRange(await LedgerJudge.JudgeAsync(run.OpenExportAsync, run.OpenLedgerAsync, cancellationToken));
        return errors;
    }

    private async Task SpellAsync(FaultyRun run, int index, Spell spell, CancellationToken cancellationToken)
    {
        var before = await CountsAsync(run, cancellationToken);
        var clock = Stopwatch.StartNew();
        await run.SetAsync(spell.Behaviour, cancellationToken);
        await WatchAsync(run, spell.Seconds, cancellationToken);
        var after = await CountsAsync(run, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        DateTimeOffset? calmFrom = null;
        if (spell.CalmSeconds > 0)
        {
            await run.SetAsync(Behaviour.Good, cancellationToken);
            calmFrom = TimeProvider.System.GetUtcNow();
            await WatchAsync(run, spell.CalmSeconds, cancellationToken);
        }
        var willing = spell.Behaviour.WillingPerSecond(Wanted);
        var good = after.Readings - before.Readings;
        _spells.Add(new SpellFigures(spell, seconds, good, willing * seconds, calmFrom));
        var share = willing == 0 ? "-" : $"{good / seconds / willing:F2}";
        print($"| {index + 1} | {spell.Behaviour} | {seconds:F0} | {good / seconds:N0} | {willing:N0} | {share} |");
    }

    /// <summary>The counts, once the listener is there.</summary>
    private static async Task<ProviderCounts> CountsAsync(FaultyRun run, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (await run.CountsAsync(limit.Token) is { } counts)
                return counts;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>Lets time pass and keeps the final slots and the memory seen meanwhile; the program shows its last ten slots.</summary>
    private async Task WatchAsync(FaultyRun run, int seconds, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        do
        {
            foreach (var slot in await run.SlotsAsync(cancellationToken))
            {
                if (slot.IsFinal)
                    _slots[slot.Slot] = slot;
            }
            _memory.Add(new MemorySample(_clock.Elapsed, run.Program.ResidentBytes));
            var left = TimeSpan.FromSeconds(seconds) - clock.Elapsed;
            if (left > TimeSpan.Zero)
                await Task.Delay(left < TimeSpan.FromSeconds(5) ? left : TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
        }
        while (clock.Elapsed < TimeSpan.FromSeconds(seconds));
    }
}
