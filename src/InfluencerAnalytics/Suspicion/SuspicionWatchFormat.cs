using System.Buffers.Binary;

namespace InfluencerAnalytics.Suspicion;

/// <summary>
/// A watch as bytes, little-endian: version, last hour (32 bits), followers, following and the following that the day began with (64 bits each), what the last four hours ended with (64 bits each), the changes of 168 hours, the greatest rises
/// and the changes of following of 30 days (a byte each), how many bursts and whether one of them is pending; then the bursts, the pending one last. 290 bytes, and 64 for each burst.
/// </summary>
public static class SuspicionWatchFormat
{
    /// <summary>The greatest length: with four bursts and one pending.</summary>
    public const int MaxLength = Header + (Limits.Bursts + 1) * BurstLength;

    private const byte Version = 1;
    private const byte PendingFlag = 0x80;
    private const int Recent = 29;
    private const int Rings = Recent + (Limits.HoursBefore + 1) * sizeof(long);
    private const int Counts = Rings + Limits.RhythmHours + 2 * Limits.Days;
    private const int Header = Counts + 1;
    private const int BurstLength = 64;

    /// <summary>Writes it and returns the length.</summary>
    /// <param name="into">At least <see cref="MaxLength"/>.</param>
    public static int Write(SuspicionWatch watch, Span<byte> into)
    {
        into[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(into[1..], (int)watch.Hour);
        BinaryPrimitives.WriteInt64LittleEndian(into[5..], watch.Followers);
        BinaryPrimitives.WriteInt64LittleEndian(into[13..], watch.Following);
        BinaryPrimitives.WriteInt64LittleEndian(into[21..], watch.FollowingOfDay);
        for (var i = 0; i < watch.Recent.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(into[(Recent + i * sizeof(long))..], watch.Recent[i]);
        watch.Hours.Write(into[Rings..]);
        watch.Rises.Write(into[(Rings + Limits.RhythmHours)..]);
        watch.FollowingDays.Write(into[(Rings + Limits.RhythmHours + Limits.Days)..]);
        into[Counts] = (byte)(watch.Bursts.Count | (watch.Pending is null ? 0 : PendingFlag));
        var length = Header;
        foreach (var burst in watch.Bursts)
            length += Write(burst, burst.Lowest, into[length..]);
        if (watch.Pending is { } pending)
            length += Write(pending, pending.Highest, into[length..]);
        return length;
    }

    /// <exception cref="InvalidDataException">The bytes are of another version, or not as long as they say.</exception>
    public static SuspicionWatch Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < Header || from[0] != Version)
            throw new InvalidDataException($"This is no watch of version {Version}.");
        var bursts = from[Counts] & ~PendingFlag;
        var pending = (from[Counts] & PendingFlag) != 0;
        if (bursts > Limits.Bursts || from.Length != Header + (bursts + (pending ? 1 : 0)) * BurstLength)
            throw new InvalidDataException("The watch is not as long as it says.");
        var watch = new SuspicionWatch();
        var hour = BinaryPrimitives.ReadInt32LittleEndian(from[1..]);
        var day = hour < 0 ? -1 : hour / 24;
        watch.Hours.Read(hour, from.Slice(Rings, Limits.RhythmHours));
        watch.Rises.Read(day, from.Slice(Rings + Limits.RhythmHours, Limits.Days));
        watch.FollowingDays.Read(day, from.Slice(Rings + Limits.RhythmHours + Limits.Days, Limits.Days));
        for (var i = 0; i < watch.Recent.Length; i++)
            watch.Recent[i] = BinaryPrimitives.ReadInt64LittleEndian(from[(Recent + i * sizeof(long))..]);
        var read = new Burst[bursts];
        for (var i = 0; i < bursts; i++)
            read[i] = ReadBurst(from.Slice(Header + i * BurstLength, BurstLength), isPending: false);
        watch.Restore(
            hour,
            BinaryPrimitives.ReadInt64LittleEndian(from[5..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[13..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[21..]),
            read,
            pending ? ReadBurst(from[^BurstLength..], isPending: true) : null);
        return watch;
    }

    private static int Write(Burst burst, long extreme, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(into, (uint)(burst.Start / 1000));
        BinaryPrimitives.WriteUInt32LittleEndian(into[4..], (uint)(burst.End / 1000));
        BinaryPrimitives.WriteInt64LittleEndian(into[8..], burst.CoreGain);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], burst.Before);
        BinaryPrimitives.WriteInt64LittleEndian(into[24..], burst.After);
        BinaryPrimitives.WriteSingleLittleEndian(into[32..], burst.FollowingChange);
        BinaryPrimitives.WriteSingleLittleEndian(into[36..], burst.Score);
        BinaryPrimitives.WriteSingleLittleEndian(into[40..], burst.Share);
        BinaryPrimitives.WriteInt64LittleEndian(into[44..], extreme);
        BinaryPrimitives.WriteInt32LittleEndian(into[52..], (int)burst.LowestHour);
        BinaryPrimitives.WriteInt64LittleEndian(into[56..], burst.Base);
        return BurstLength;
    }

    private static Burst ReadBurst(ReadOnlySpan<byte> from, bool isPending)
    {
        var extreme = BinaryPrimitives.ReadInt64LittleEndian(from[44..]);
        return new Burst
        {
            Start = 1000L * BinaryPrimitives.ReadUInt32LittleEndian(from),
            End = 1000L * BinaryPrimitives.ReadUInt32LittleEndian(from[4..]),
            CoreGain = BinaryPrimitives.ReadInt64LittleEndian(from[8..]),
            Before = BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
            After = BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            Base = BinaryPrimitives.ReadInt64LittleEndian(from[56..]),
            FollowingChange = BinaryPrimitives.ReadSingleLittleEndian(from[32..]),
            Score = BinaryPrimitives.ReadSingleLittleEndian(from[36..]),
            Share = BinaryPrimitives.ReadSingleLittleEndian(from[40..]),
            Highest = isPending ? extreme : 0,
            Lowest = isPending ? 0 : extreme,
            LowestHour = BinaryPrimitives.ReadInt32LittleEndian(from[52..]),
        };
    }
}
