using System.Buffers;

namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>The greatest changes over a window, as of one moment. Immutable.</summary>
/// <param name="Since">The beginning of the window, in epoch milliseconds.</param>
/// <param name="AsOf">Its end: the newest slot that is ranked.</param>
/// <param name="Compared">How many influencers have a change.</param>
/// <param name="LeftOut">How many that are ranked have none, since they were not read near one of the two ends.</param>
internal sealed record MoverLists(long Since, long AsOf, int Compared, int LeftOut)
{
    /// <summary>The most that a list holds.</summary>
    public const int MaxLength = 1000;

    /// <summary>Most followers gained first.</summary>
    public required IReadOnlyList<Mover> Up { get; init; }

    /// <summary>Most followers lost first.</summary>
    public required IReadOnlyList<Mover> Down { get; init; }

    /// <summary>Most gained for what there was, first; one that had none has no place here.</summary>
    public required IReadOnlyList<Mover> RelativeUp { get; init; }

    /// <summary>Most lost for what there was, first.</summary>
    public required IReadOnlyList<Mover> RelativeDown { get; init; }

    /// <summary>One pass over the leaderboard's memory.</summary>
    public static MoverLists Of(InfluencerLeaderboard leaderboard, ChangeBase from, long asOf)
    {
        var (up, down, relativeUp, relativeDown) = (new TopMovers(MaxLength), new TopMovers(MaxLength), new TopMovers(MaxLength), new TopMovers(MaxLength));
        var (compared, leftOut) = (0, 0);
        var rows = ArrayPool<LatestRow>.Shared.Rent(InfluencerLeaderboard.ChunkRows);
        for (var chunk = 0; leaderboard.CopyChunk(chunk, rows) is > 0 and var count; chunk++)
        {
            for (var i = 0; i < count; i++)
            {
                ref readonly var row = ref rows[i];
                if (!row.IsRanked)
                    continue;
                if (from.ChangeOf(chunk * InfluencerLeaderboard.ChunkRows + i, row.Followers, row.Slot, asOf) is not { } change)
                {
                    leftOut++;
                    continue;
                }
                compared++;
                if (change != 0)
                    Offer(new Mover(row.Id, row.Followers, row.Followers - change, row.Suspicious), change > 0 ? up : down, change > 0 ? relativeUp : relativeDown);
            }
        }
        ArrayPool<LatestRow>.Shared.Return(rows);
        return new MoverLists(from.Since, asOf, compared, leftOut)
        {
            Up = up.Sorted(),
            Down = down.Sorted(),
            RelativeUp = relativeUp.Sorted(),
            RelativeDown = relativeDown.Sorted(),
        };
    }

    private static void Offer(in Mover mover, TopMovers absolute, TopMovers relative)
    {
        absolute.Offer(Math.Abs((double)mover.Change), mover);
        if (mover.RelativeChange is { } share)
            relative.Offer(Math.Abs(share), mover);
    }
}
