using System.Runtime.CompilerServices;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Streams over all influencers, the import of roll-ups, and the store's own state.</summary>
internal sealed partial class EmbeddedStore
{
    private readonly RollupImport _import = new(parts.Context, parts.Influencers, parts.Rollups, parts.RollupReader);
    private readonly StoreSizes _sizes = new(parts.Context, parts.Points.Days, disk);

    public IAsyncEnumerable<DataPoint> ReadAllPointsAsync(long startMs, long endMs, CancellationToken cancellationToken)
    {
        PointExport? export = null;
        return Stream<DataPoint>(
            page => (export ??= new PointExport(_context.Database, parts.Points.Days, SlotSeconds.Ceiling(startMs), SlotSeconds.Floor(endMs))).ReadPage(page), endMs, cancellationToken);
    }

    public IAsyncEnumerable<Rollup> ReadAllRollupsAsync(RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken)
    {
        RollupExport? export = null;
        return Stream<Rollup>(
            page => (export ??= BeginRollups(period, SlotSeconds.Ceiling(startMs), SlotSeconds.Floor(endMs))).ReadPage(page), endMs, cancellationToken);
    }

    public ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken)
    {
        if (disk.RefuseAppend is { } refusal)
            throw new StoreUnavailableException(refusal);
        return Locked(() => _import.Import(rollups), cancellationToken);
    }

    public ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_context.Database.IsClosed)
                return ValueTask.FromResult(new StoreStatus("embedded", false, "The store is closed: the process is stopping.", null, disk.FreeBytes, null));
            // While messages are refused and data points are not, what is queued is to be stored: that makes room.
            var problem = disk.BackgroundError ?? disk.RefuseAppend;
            var sizes = _sizes.Read();
            var notices = Join(Join(disk.DamagedFiles.Summary, disk.DamagedMessages.Summary), parts.Notices.Summary);
            return ValueTask.FromResult(
                new StoreStatus("embedded", problem is null, problem ?? disk.RefuseSend ?? notices, sizes.UsedBytes, disk.FreeBytes, sizes.BytesPerPoint) { Points = sizes.Points });
        }
        catch (Exception e) when (DiskGuard.IsBroken(e))
        {
            return ValueTask.FromResult(new StoreStatus("embedded", false, disk.Explain(e), null, disk.FreeBytes, null));
        }
    }

    private static string? Join(string? failures, string? notices) =>
        failures is null ? notices : notices is null ? failures : $"{failures} {notices}";

    private RollupExport BeginRollups(RollupPeriod period, uint start, uint end)
    {
        long[] ids;
        lock (_context.Gate)
            ids = parts.Influencers.Table.Ids();
        // Not under the gate: appends would wait for it, a tenth of a second with a million.
        Array.Sort(ids);
        var reader = new RollupRangeReader(_context, parts.Rollups, parts.Points.Days, parts.RollupReader);
        return new RollupExport(parts.Rollups, parts.Points.Days, reader, period, (start, end), ids);
    }

    // A page at a time: between two of them nothing of the database is held, so that a slow reader pins no files and no memory.
    private async IAsyncEnumerable<T> Stream<T>(Func<List<T>, bool> readPage, long endMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (endMs < 0)
            yield break;
        var page = new List<T>();
        while (await Read(() => readPage(page), cancellationToken))
        {
            foreach (var item in page)
                yield return item;
            page.Clear();
            // Lets others have the thread now and then.
            await Task.Yield();
        }
    }
}
