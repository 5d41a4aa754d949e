using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Seeding;

/// <summary>The recent sealings, ascending, with the roster's version at the allocation of each. Immutable.</summary>
internal sealed class Sealings(IReadOnlyList<Sealings.Kept> kept)
{
    public static Sealings None { get; } = new([]);

    public SealedGeneration? Last => kept.Count > 0 ? kept[^1].Generation : null;

    public IReadOnlyList<Sealing> Moments { get; } = [.. kept.Select(one => new Sealing(one.Generation.Generation, one.Generation.SealedAt, one.Generation.Interval))];

    public Sealings Add(SealedGeneration generation, long allocatedAt)
    {
        var all = kept.Append(new Kept(generation, allocatedAt)).ToList();
        var young = generation.SealedAt - (long)Sealing.KeptFor.TotalMilliseconds;
        var first = all.FindIndex(one => one.Generation.SealedAt >= young);
        first = Math.Clamp(first, Math.Max(0, all.Count - Sealing.MaxKept), Math.Max(0, all.Count - Sealing.MinKept));
        return new Sealings(all[first..]);
    }

    /// <summary>The same without moments that are still to come: a clock that was ahead wrote them. Itself when there are none.</summary>
    public Sealings NotAfter(long now) =>
        kept.All(one => one.Generation.SealedAt <= now)
            ? this
            : new Sealings([.. kept.Select(one => one with { Generation = one.Generation with { SealedAt = Math.Min(one.Generation.SealedAt, now) } })]);

    /// <summary>The roster's version from which on a removal may concern a shard that is still fetched; see <see cref="RosterSnapshot.Removed"/>.</summary>
    public long RemovedSince(long now)
    {
        for (var i = kept.Count - 1; i >= 0; i--)
        {
            var before = i == 0 ? kept[i] : kept[i - 1];
            var longest = Math.Max(kept[i].Generation.Interval.Ticks, before.Generation.Interval.Ticks) / TimeSpan.TicksPerMillisecond;
            if (kept[i].Generation.SealedAt + 2 * longest <= now)
                return kept[i].AllocatedAt;
        }
        return 0;
    }

    public void Write(ByteWriter record)
    {
        record.Clear();
        foreach (var (generation, allocatedAt) in kept)
        {
            record.Unsigned((ulong)generation.Generation);
            record.Unsigned((ulong)generation.Interval.TotalMilliseconds);
            record.Unsigned((ulong)generation.ShardSize);
            record.Unsigned((ulong)generation.SealedAt);
            record.Unsigned((ulong)generation.Shards);
            record.Unsigned((ulong)allocatedAt);
        }
    }

    public static Sealings Read(ReadOnlySpan<byte> record)
    {
        var kept = new List<Kept>();
        while (!record.IsEmpty)
        {
            var generation = new SealedGeneration(
                (long)VarInt.Read(ref record),
                TimeSpan.FromMilliseconds((long)VarInt.Read(ref record)),
                (int)VarInt.Read(ref record),
                (long)VarInt.Read(ref record),
                (long)VarInt.Read(ref record));
            kept.Add(new Kept(generation, (long)VarInt.Read(ref record)));
        }
        return new Sealings(kept);
    }

    /// <param name="Generation">With the moment of its sealing.</param>
    /// <param name="AllocatedAt">The roster's version when its number was given out.</param>
    internal sealed record Kept(SealedGeneration Generation, long AllocatedAt);
}
