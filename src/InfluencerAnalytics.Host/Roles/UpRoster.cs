using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.IdLists;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>
/// Brings the roster to the range that <c>up</c> was told, before the seeder starts. The target and every range that may have left ids in
/// the roster are kept with the data and written before the first change, so that a start cut short is finished by the next one.
/// </summary>
internal sealed class UpRoster(IRosterStore roster, IGenerationStore generations, ISettingStore settings, RosterImport import)
{
    private const string TargetSetting = "up.range";
    private const string TracesSetting = "up.range.traces";

    /// <summary>The range that this start should reach; null when the roster stays as it is.</summary>
    public async Task<IdRange?> DecideAsync(UpOptions options, CancellationToken cancellationToken)
    {
        if (options.Influencers is { } count)
            return new IdRange(options.FirstId, count);
        if (await settings.ReadSettingAsync(TargetSetting, cancellationToken) is { } text && IdRange.TryParse(text, out var target))
            return target;
        var counts = await roster.CountRosterAsync(cancellationToken);
        return counts.Tracked + counts.Gone > 0 ? null : new IdRange(options.FirstId, UpOptions.DefaultInfluencers);
    }

    /// <summary>Adds and removes what differs from the range of the last start. Does nothing when that was the same.</summary>
    /// <param name="progress">Told how many ids were handled, time and again.</param>
    public async Task<UpRosterChange> ApplyAsync(IdRange target, Action<int>? progress, CancellationToken cancellationToken)
    {
        // One trace is a range that was reached; more are a change that was not finished. The empty range stands for a fresh directory.
        var traces = await ReadTracesAsync(cancellationToken);
        if (traces is [var reached] && reached == target)
            return default;

        await settings.WriteSettingAsync(TracesSetting, string.Join(',', traces.Append(target).Distinct()), cancellationToken);
        await settings.WriteSettingAsync(TargetSetting, target.ToString(), cancellationToken);
        var removed = await import.RemoveAsync(traces.SelectMany(trace => trace.Except(target)), cancellationToken);
        // An id of the range that somebody removed by hand stays removed, as far as that can be known.
        var present = traces is [var last] ? last : IdRange.Empty;
        var (added, _) = await import.AddAsync(target.Except(present), progress, cancellationToken);
        // Shards of a roster that changed by much are neither full nor evenly spread. A start that finishes another's change cannot tell what that changed.
        if (added > 0 || removed > 0 || traces.Count > 1)
            await generations.RequestGenerationAsync(cancellationToken);
        await settings.WriteSettingAsync(TracesSetting, target.ToString(), cancellationToken);
        return new UpRosterChange(added, removed);
    }

    private async Task<List<IdRange>> ReadTracesAsync(CancellationToken cancellationToken)
    {
        var ranges = new List<IdRange>();
        foreach (var part in (await settings.ReadSettingAsync(TracesSetting, cancellationToken) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (IdRange.TryParse(part, out var range))
                ranges.Add(range);
        }
        if (ranges.Count == 0)
            ranges.Add(IdRange.Empty);
        return ranges;
    }
}

/// <param name="Added">Ids that were not in the roster before.</param>
/// <param name="Removed">Ids of an earlier range that are no longer wanted.</param>
internal readonly record struct UpRosterChange(long Added, long Removed);
