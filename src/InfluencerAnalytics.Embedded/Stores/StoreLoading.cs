using InfluencerAnalytics.Embedded.ClockRepair;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Embedded.KeySpace;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Fills the memory of the store from the database, and puts right what a loss or a wrong clock has left. At start, before anything else uses the store.</summary>
internal sealed partial class StoreLoading(StoreParts parts, ILogger storeLogger, ILogger logger)
{
    /// <param name="lossAccepted">Whether the log was opened without what of it was lost.</param>
    /// <param name="dropFuture">Whether what lies in the future is to go.</param>
    /// <exception cref="EmbeddedDataException">What lies in the future was to go, and no copy of it could be made.</exception>
    public void Load(bool lossAccepted, bool dropFuture)
    {
        parts.Checkpoint.Load();
        parts.Influencers.Names.IndexAll(parts.Context.Meta);
        if (lossAccepted)
        {
            parts.Checkpoint.ForgetNames();
            parts.Checkpoint.Rewrite();
            parts.Generations.RequestAfterLoss();
        }

        PutTimesRight(dropFuture);
        parts.Checkpoint.Count();
        parts.NotFound.Publish();
    }

    private void PutTimesRight(bool dropFuture)
    {
        var influencers = parts.Influencers;
        var future = new FutureData(parts.Context, influencers, parts.Slots, parts.Points, parts.Rollups, parts.Ranks, parts.Checkpoint, storeLogger);
        var now = SlotSeconds.Floor(parts.Context.Clock.NowMs);
        // Where readings or slots lie there too, the clock may be the one that is behind, and who went or came back when is the truth: then that takes --drop-future, which keeps a copy.
        var putRight = future.IsAny()
            ? FutureTimes.PutBeginningsRight(influencers, beyond: now + FutureTimes.FurthestSeconds, to: now)
            : FutureTimes.PutRight(influencers, beyond: now + FutureTimes.FurthestSeconds, to: now);
        if (putRight > 0)
            Log.TimesPutRight(logger, putRight);
        if (dropFuture)
            future.Drop();
    }

    private static partial class Log
    {
        [LoggerMessage(2007, LogLevel.Warning, "{Influencers} influencers were tracked, or not found, only from a time in the future on: the clock was ahead then, or is behind now. They are from now on.")]
        public static partial void TimesPutRight(ILogger logger, int influencers);
    }
}
