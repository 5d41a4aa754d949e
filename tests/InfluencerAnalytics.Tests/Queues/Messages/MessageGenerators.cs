using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Tests.Queues.Messages;

/// <summary>Generators of everything that travels in messages.</summary>
internal static class MessageGenerators
{
    public static readonly Gen<long> Id = Gen.Frequency((3, Gen.Long[1, 2_000_000]), (1, Gen.Long[InfluencerIds.Max - 10, InfluencerIds.Max]));

    public static readonly Gen<long> Count = Gen.Frequency((3, Gen.Long[0, 1_000_000]), (1, Gen.OneOf(0L, InfluencerIds.Max)));

    public static readonly Gen<TimeSpan> Interval = Gen.OneOf(1, 2, 5, 7, 10, 60, 300, 3599, 3600).Select(seconds => TimeSpan.FromSeconds(seconds));

    public static readonly Gen<MissReason> Reason = Gen.Byte[1, (byte)MissReason.Other].Select(value => (MissReason)value);

    /// <summary>Usernames as the provider's client lets them through, with all that JSON has to escape.</summary>
    public static readonly Gen<string> Username = Gen.Frequency(
        (3, Gen.Char['a', 'z'].Array[1, 20].Select(characters => new string(characters))),
        (1, Gen.OneOf("", "\"\\/", "name with spaces", "é漢字\u2028\u00ad", "😀😀😀", "</script>", new string('\u00ad', 256), string.Concat(Enumerable.Repeat("😀", 128)))),
        (1, Gen.Int[0x20, 0x10ffff].Where(rune => rune is < 0xd800 or > 0xdfff).Array[0, 128].Select(runes => Usernames.Clean(string.Concat(runes.Select(char.ConvertFromUtf32))))));

    public static readonly Gen<Miss> Miss = Gen.Select(Id, Reason, (id, reason) => new Miss(id, reason));

    public static readonly Gen<(long Slot, TimeSpan Interval)> Slot =
        Gen.Select(Interval, Gen.Long[0, 500_000], (interval, number) => (number * (long)interval.TotalMilliseconds, interval));

    public static readonly Gen<Shard> Shard = Gen.Select(Gen.Long[0, 1000], Gen.Int[1, 5000], Gen.Double.Unit, Interval, Id.Array[1, 50])
        .Select((generation, count, place, interval, ids) => new Shard(generation, (int)(place * count), count, interval, ids));

    public static readonly Gen<InfluencerIdMessage.Retry> Retry = Gen.Select(Slot, Gen.Double.Unit, Gen.Int[2, 100], Reason, Id.Array[1, 50])
        .Select((slot, place, attempt, reason, ids) => new InfluencerIdMessage.Retry(
            slot.Slot, slot.Slot + (long)((1 + place) * slot.Interval.TotalMilliseconds), attempt, slot.Interval, reason, ids));

    public static Gen<DataPointBatch> Batch(int maxPoints) =>
        from slot in Slot
        from points in Point(slot.Slot).Array[0, maxPoints]
        from missed in Miss.Array[0, 20]
        select new DataPointBatch(slot.Slot, slot.Interval, points, missed);

    public static Gen<DataPoint> Point(long slot) => Gen.Select(Id, Count, Count, Gen.Long[0, 4_000_000_000_000], Username)
        .Select((id, followers, following, retrievedAt, username) => new DataPoint(id, followers, following, slot, retrievedAt, username));
}
