namespace InfluencerAnalytics.Benchmarks.Weather;

/// <summary>What a spell came to.</summary>
/// <param name="Seconds">How long it was really in force.</param>
/// <param name="Good">Good answers that the simulator gave meanwhile.</param>
/// <param name="Willing">Good answers that it was willing to give.</param>
/// <param name="CalmFrom">When calm began; null when it went over into the next.</param>
internal sealed record SpellFigures(Spell Spell, double Seconds, long Good, double Willing, DateTimeOffset? CalmFrom);

/// <summary>Resident memory at a time since the start.</summary>
internal readonly record struct MemorySample(TimeSpan At, long Bytes);

/// <summary>Decides whether the program came through; every rule returns what is wrong, in words.</summary>
internal static class WeatherJudge
{
    private const double LeastShare = 0.9;
    private const double MostGrowth = 1.2;

    /// <summary>
    /// Good answers of all spells at 0.9 of what the provider was willing to give. Of each spell no more counts than was willing, so
    /// that one cannot make up for another. The start of a spell counts too: finding the new pace is part of the price.
    /// </summary>
    public static IEnumerable<string> GoodAnswers(IReadOnlyList<SpellFigures> spells)
    {
        var share = GoodShare(spells);
        if (double.IsNaN(share))
            yield return "no fault left anything to give, so nothing was measured";
        else if (share < LeastShare)
            yield return FormattableString.Invariant($"good answers were {share:P1} of what the provider was willing to give; at least 90%");
    }

    /// <summary>Not a number when nothing was to be given.</summary>
    public static double GoodShare(IReadOnlyList<SpellFigures> spells) =>
        spells.Sum(spell => Math.Min(spell.Good, spell.Willing)) / spells.Sum(spell => spell.Willing);

    /// <summary>The first slot that began after each fault ended, where calm was left to see it, is whole.</summary>
    public static IEnumerable<string> Recovery(IReadOnlyList<SpellFigures> spells, IReadOnlyDictionary<DateTimeOffset, SlotAccount> slots, int interval, long influencers)
    {
        foreach (var spell in spells)
        {
            if (spell.CalmFrom is not { } calm)
                continue;
            var first = FirstSlotAfter(calm, interval);
            if (!slots.TryGetValue(first, out var slot))
                yield return $"slot {first:HH:mm:ss} after '{spell.Spell.Behaviour}' was never shown as final";
            else if (slot.Stored != slot.Tracked || slot.Gone > 0.02 * influencers)
                yield return $"slot {first:HH:mm:ss} after '{spell.Spell.Behaviour}': {slot.Stored} of {slot.Tracked} stored, {slot.Gone} gone ({string.Join(", ", slot.Missed)})";
        }
    }

    /// <summary>In every final slot, each influencer is stored, missed with a reason, or gone; and no slot is left out.</summary>
    public static IEnumerable<string> Accounting(IReadOnlyDictionary<DateTimeOffset, SlotAccount> slots, DateTimeOffset from, DateTimeOffset to, int interval, long influencers)
    {
        for (var start = FirstSlotAfter(from, interval); start.AddSeconds(2 * interval) < to; start = start.AddSeconds(interval))
        {
            if (!slots.TryGetValue(start, out var slot))
                yield return $"slot {start:HH:mm:ss} was never shown as final";
            else if (slot.Stored + slot.Missed.Values.Sum() != slot.Tracked || slot.Tracked + slot.Gone != influencers)
                yield return $"slot {start:HH:mm:ss}: {slot.Stored} stored, {slot.Missed.Values.Sum()} missed, {slot.Tracked} tracked, {slot.Gone} gone of {influencers}";
        }
    }

    /// <summary>
    /// The peak of the second half at most 1.2 of that of the first, from minute 5 on. Peaks, since RocksDB's write buffers (128 MiB) fill over a quarter of an
    /// hour or longer and are then empty. A run under 40 minutes is too short to tell.
    /// </summary>
    public static IEnumerable<string> Memory(IReadOnlyList<MemorySample> samples, TimeSpan length)
    {
        if (length < TimeSpan.FromMinutes(40))
            yield break;
        var (early, late) = Peaks(samples, length);
        if (!(late <= MostGrowth * early))
            yield return FormattableString.Invariant($"memory grew from {early / 1e6:N0} MB to {late / 1e6:N0} MB at its peaks");
    }

    public static DateTimeOffset FirstSlotAfter(DateTimeOffset moment, int interval)
    {
        var milliseconds = interval * 1000L;
        return DateTimeOffset.FromUnixTimeMilliseconds((moment.ToUnixTimeMilliseconds() + milliseconds - 1) / milliseconds * milliseconds);
    }

    public static (double First, double Second) Peaks(IReadOnlyList<MemorySample> samples, TimeSpan length) => (
        Peak(samples.Where(sample => sample.At >= TimeSpan.FromMinutes(5) && sample.At < length / 2)), Peak(samples.Where(sample => sample.At >= length / 2)));

    // Of twenty samples, one may be chance.
    private static double Peak(IEnumerable<MemorySample> samples)
    {
        var sorted = samples.Select(sample => (double)sample.Bytes).Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)(sorted.Length * 0.95)];
    }
}
