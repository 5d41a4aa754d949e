using System.Runtime.CompilerServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Streams over all influencers, the import of roll-ups, and the store's own state.</summary>
internal sealed partial class EmbeddedStore
{
    // Lets others have the thread now and then.
    private const int IdsPerYield = 256;

    private readonly RollupImport _import = new(context, progress);
    private readonly StoreSizes _sizes = new(context, disk);

    public IAsyncEnumerable<DataPoint> ReadAllPointsAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        Stream<DataPoint>((id, into) => into.AddRange(_points.Read(id, PointCodec.CeilingSeconds(startMs), PointCodec.FloorSeconds(endMs), int.MaxValue)), endMs, cancellationToken);

    public IAsyncEnumerable<Rollup> ReadAllRollupsAsync(RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        Stream<Rollup>((id, into) => into.AddRange(_rollups.Read(id, period, PointCodec.CeilingSeconds(startMs), PointCodec.FloorSeconds(endMs))), endMs, cancellationToken);

    public ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken)
    {
        if (disk.RefuseAppend is { } refusal)
            throw new StoreUnavailableException(refusal);
        return Locked(() => _import.Import(rollups, _rollups), cancellationToken);
    }

    public ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (context.Database.IsClosed)
                return ValueTask.FromResult(new StoreStatus("embedded", false, "The store is closed: the process is stopping.", null, disk.FreeBytes, null));
            // While messages are refused and data points are not, what is queued is to be stored: that makes room.
            var problem = disk.BackgroundError ?? disk.RefuseAppend;
            var sizes = _sizes.Read();
            return ValueTask.FromResult(new StoreStatus("embedded", problem is null, problem ?? disk.RefuseSend ?? disk.DamagedMessages.Summary ?? context.Failures.Summary, sizes.UsedBytes, disk.FreeBytes, sizes.BytesPerPoint));
        }
        catch (Exception e) when (IsBroken(e))
        {
            return ValueTask.FromResult(new StoreStatus("embedded", false, disk.Explain(e), null, disk.FreeBytes, null));
        }
    }

    // One influencer at a time: between two of them nothing of the database is held, so that a slow reader pins no files and no memory.
    private async IAsyncEnumerable<T> Stream<T>(Action<long, List<T>> read, long endMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (endMs < 0)
            yield break;
        var ids = await Locked(context.Table.SortedIds, cancellationToken);
        var page = new List<T>();
        for (var i = 0; i < ids.Length; i++)
        {
            await Read(() =>
            {
                read(ids[i], page);
                return true;
            }, cancellationToken);
            if (page.Count == 0)
                continue;
            foreach (var item in page)
                yield return item;
            page.Clear();
            if (i % IdsPerYield == 0)
                await Task.Yield();
        }
    }
}
