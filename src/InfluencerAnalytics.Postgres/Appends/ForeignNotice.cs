using System.Globalization;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;

namespace InfluencerAnalytics.Postgres.Appends;

/// <summary>Holds readings of influencers that never were on the roster to their limit, and says so while it refuses. Safe for concurrent use.</summary>
internal sealed class ForeignNotice(PostgresOptions options)
{
    private long _refused;
    private volatile string? _text;

    /// <summary>A sentence; null while nothing is refused.</summary>
    public string? Text => _text;

    /// <summary>Those that may be stored, and how many may not.</summary>
    public (IReadOnlyList<DataPoint> Wanted, int Refused) Allow(List<DataPoint> points, AppendSituation situation)
    {
        // As nearly always: whoever is plainly tracked is none of them.
        if (situation.Members.Count == 0)
            return (points, 0);
        var unknown = points.Select(static point => point.InfluencerId).Distinct().Where(id => situation.Members.TryGetValue(id, out var member) && member.Before.Count == 0).ToList();
        var room = (int)Math.Max(0, options.MaxForeignInfluencers - situation.Foreign);
        if (unknown.Count <= room)
        {
            if (unknown.Count > 0)
                _text = null;
            return (points, 0);
        }
        var tooMany = unknown.Skip(room).ToHashSet();
        var refused = points.RemoveAll(point => tooMany.Contains(point.InfluencerId));
        _text = string.Create(
            CultureInfo.InvariantCulture,
            $"{situation.Foreign:#,0} influencers that are not on the roster have readings, and Postgres:MaxForeignInfluencers allows {options.MaxForeignInfluencers:#,0}: readings of others are refused, {Interlocked.Add(ref _refused, refused):#,0} so far. Track them, or raise it.");
        return (points, refused);
    }
}
