using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Appends;

/// <summary>
/// Remembers who is plainly tracked and since when, at a version of the roster, so that each write asks only for those that it does not know: asking for all takes as long as
/// storing them (benchmark "sink"). Whoever uses it holds the roster's lock, so that nothing changes while it looks. Safe for concurrent use.
/// </summary>
internal sealed class PlainMembers
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _since = [];
    private long _version = -1;

    /// <summary>Whether all of some ids were plainly tracked when a slot began.</summary>
    public async Task<bool> AreAllAsync(NpgsqlConnection connection, long[] ids, long slot, long version, CancellationToken cancellationToken)
    {
        await CatchUpAsync(connection, version, cancellationToken);
        if (Look(ids, slot) is not { } unknown)
            return false;
        if (unknown.Count > 0)
        {
            var plain = await connection.ListAsync(
                "SELECT influencer_id, since FROM influencer_analytics.roster WHERE influencer_id = ANY($1) AND status = 1 AND last_not_found IS NULL", [unknown.ToArray()],
                static reader => (Id: reader.GetInt64(0), Since: Moments.Ms(reader.GetDateTime(1))), cancellationToken);
            lock (_lock)
            {
                // Another write may have come further meanwhile, if this one's connection broke and its lock with it.
                if (_version != version)
                    return false;
                foreach (var (id, since) in plain)
                    _since[id] = since;
            }
        }
        return Look(unknown, slot) is { Count: 0 };
    }

    private async Task CatchUpAsync(NpgsqlConnection connection, long version, CancellationToken cancellationToken)
    {
        long known;
        lock (_lock)
        {
            if (_version == version)
                return;
            known = _version;
        }
        var changed = known < 0 || known > version ? null : await connection.ListAsync(
            "SELECT influencer_id FROM influencer_analytics.roster WHERE changed_version > $1", [known], static reader => reader.GetInt64(0), cancellationToken);
        lock (_lock)
        {
            if (changed is null)
                _since.Clear();
            foreach (var id in changed ?? [])
                _since.Remove(id);
            _version = version;
        }
    }

    // Those that it does not know; null when one of them was not tracked when the slot began.
    private List<long>? Look(IReadOnlyList<long> ids, long slot)
    {
        var unknown = new List<long>();
        lock (_lock)
        {
            foreach (var id in ids)
            {
                if (!_since.TryGetValue(id, out var since))
                    unknown.Add(id);
                else if (since > slot)
                    return null;
            }
        }
        return unknown;
    }
}
