using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Pipeline.Watching;

/// <summary>
/// Goes over all influencers with the hours that were rolled up since the last time, a page of them at a time. What a page comes to is written together with where it ended: a crash costs the page
/// in hand, and no hour is folded twice. For one caller.
/// </summary>
internal sealed class WatchPasses(IWatchStore store, IDataPointStore points, WatchFolder folder, WatchingOptions options, WatchingMetrics metrics)
{
    private const long HourMs = SuspicionWatch.HourMs;
    private const long DayMs = 24 * HourMs;

    // A past that is there already is gone through by weeks, oldest first: of 37 days six times what is kept is written, and not each three hours.
    private const long MostMs = 7 * DayMs;

    // Some milliseconds of work, and two megabytes.
    private const int HoursPerPage = 10_000;
    private const int MostInfluencers = 500;

    // A clock that was set back a little is waited for. What lies further ahead was folded by one that was wrong.
    private const long MostAheadMs = DayMs;

    /// <summary>Does a page. False when there is nothing to do.</summary>
    public async ValueTask<bool> StepAsync(CancellationToken cancellationToken)
    {
        var from = await store.ReadWatchProgressAsync(cancellationToken);
        var until = await store.ReadRolledUpUntilAsync(cancellationToken);
        // Before the first hour is over, and until the first pass begins a moment later, it is behind nothing.
        metrics.IsBehind(from.FoldedUntil > 0 && until > from.FoldedUntil ? TimeSpan.FromMilliseconds(until.Value - from.FoldedUntil) : TimeSpan.Zero);
        if (until is not { } rolledUp)
            return false;
        if (from.Until > rolledUp + MostAheadMs)
            return await store.WriteWatchesAsync([], from, from.Anew(), cancellationToken);
        if ((from.IsUnderWay ? from : await NextAsync(from, rolledUp, cancellationToken)) is not { } pass)
            return false;
        var influencers = (int)Math.Clamp(HoursPerPage * HourMs / (pass.Until - pass.FoldedUntil), 1, MostInfluencers);
        var page = await store.ReadHoursAsync(pass.AfterId, influencers, pass.FoldedUntil, pass.Until, cancellationToken);
        if (page.LastId is not { } lastId)
            return await EndAsync(from, pass, cancellationToken);
        await store.WriteWatchesAsync(await folder.FoldAsync(page.Hours, pass.Round, cancellationToken), from, pass with { AfterId = lastId }, cancellationToken);
        return true;
    }

    private async ValueTask<WatchProgress?> NextAsync(WatchProgress progress, long rolledUp, CancellationToken cancellationToken)
    {
        if (progress.FoldedUntil > 0)
            return rolledUp - progress.FoldedUntil >= options.HoursAtOnce * HourMs ? progress.Begin(progress.FoldedUntil, Math.Min(rolledUp, progress.FoldedUntil + MostMs)) : null;
        if ((await points.ReadKeptSinceAsync(cancellationToken)).Hours is not { } first)
            return null;
        var start = Math.Max(first, rolledUp - SuspicionWatch.MemoryMs);
        return start < rolledUp ? progress.Begin(start, Math.Min(rolledUp, start + MostMs)) : null;
    }

    // Once a day it is looked for those of whom nothing was read for so long that nothing is left to be said. Behind the end of the pass: what cannot be dropped is tried again a day later, and
    // keeps no hour from being folded.
    private async ValueTask<bool> EndAsync(WatchProgress from, WatchProgress pass, CancellationToken cancellationToken)
    {
        var isWritten = await store.WriteWatchesAsync([], from, pass.End(), cancellationToken);
        if (isWritten && pass.FoldedUntil / DayMs != pass.Until / DayMs)
            await store.DropWatchesAsync(pass.Until - SuspicionWatch.MemoryMs, cancellationToken);
        return true;
    }
}
