using System.Runtime.InteropServices;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// Who was tracked, gone or removed at which time. A row says it of those that were tracked ever since; what is rare stands here beside it, so
/// that a row stays within one cache line. Changes are to be accepted, or undone when their write fails. Used under the store's gate.
/// </summary>
internal sealed class Standings(InfluencerTable table)
{
    // The longest that a message can wait in a queue and come again (SQS: 14 days), and some more.
    private const uint MemorySeconds = 30 * 86_400;

    private readonly Dictionary<int, Standing?> _before = [];
    private Dictionary<int, Standing> _rows = [];

    /// <summary>Tracked influencers over time.</summary>
    public RosterCurve Tracked { get; } = new();

    /// <summary>Gone influencers over time.</summary>
    public RosterCurve Gone { get; } = new();

    public TurnedTally Turned { get; } = new();

    /// <summary>The earliest second at which this write changed who is tracked or gone.</summary>
    public uint ChangedFrom { get; private set; } = uint.MaxValue;

    public IReadOnlyDictionary<int, Standing> Rare => _rows;

    public Standing this[int row] => _rows.GetValueOrDefault(row);

    public bool IsChanged(int row) => _before.Count > 0 && _before.ContainsKey(row);

    /// <summary>Whether coverage counts it in a slot. Of nearly all, the row alone says it.</summary>
    public bool IsTracked(int row, uint slot)
    {
        ref readonly var r = ref table[row];
        return (r.Status == InfluencerStatus.Tracked && slot >= r.FromSeconds)
            || (r.Status != InfluencerStatus.Unknown && _rows.TryGetValue(row, out var standing) && standing.Steps?.At(slot) == InfluencerStatus.Tracked);
    }

    /// <summary>Changes how it stands from a second on: the row's status, what is kept of it, and the counts over time.</summary>
    public void Move(int row, ref InfluencerRow r, uint from, InfluencerStatus to)
    {
        ChangedFrom = Math.Min(ChangedFrom, from);
        if (r.Status == InfluencerStatus.Unknown && to == InfluencerStatus.Tracked)
            Tracked.Add(from, 1);
        else
            Keep(row, StepsOf(row, r), StepsOf(row, r).With(from, to));
        r.Status = to;
        r.FromSeconds = to == InfluencerStatus.Tracked ? from : 0;
    }

    /// <summary>Removes it from a second on, but for slots of which a point is stored.</summary>
    /// <param name="kept">Slots at or after <paramref name="from"/>, ascending.</param>
    public void Remove(int row, ref InfluencerRow r, uint from, IReadOnlyList<uint> kept)
    {
        ChangedFrom = Math.Min(ChangedFrom, from);
        var before = StepsOf(row, r);
        var after = before.With(from, InfluencerStatus.Removed);
        foreach (var slot in kept)
            after = after.With(slot, InfluencerStatus.Tracked).With(slot + 1, InfluencerStatus.Removed);
        r.Status = InfluencerStatus.Removed;
        r.FromSeconds = 0;
        r.NotFoundCount = 0;
        Keep(row, before, after);
        Set(row, new Standing { Steps = this[row].Steps });
    }

    /// <summary>Counts those as tracked from one second on that were so from others on, one for each. The rows are the caller's.</summary>
    public void BeginAt(uint second, IEnumerable<uint> instead)
    {
        var all = 0;
        foreach (var (from, count) in instead.CountBy(static from => from))
        {
            Tracked.Add(from, -count);
            all += count;
        }

        Tracked.Add(second, all);
    }

    /// <summary>Keeps what the provider said of it; its steps stay.</summary>
    public void SetNotFound(int row, Standing standing) => Set(row, standing with { Steps = this[row].Steps });

    /// <summary>As read at start; <see cref="CountAll"/> follows.</summary>
    public void Load(int row, Standing? standing)
    {
        if (standing is { } value)
            _rows[row] = value;
        else
            _rows.Remove(row);
    }

    /// <summary>
    /// Counts everything, once all is loaded. Who was not found and is tracked still counts as having turned so now: the process before went by a clock of its own, and by
    /// the wall clock an outage that goes on could lie hours back.
    /// </summary>
    public void CountAll(uint now)
    {
        var old = now > MemorySeconds ? now - MemorySeconds : 0;
        Dictionary<uint, long> tracked = [], gone = [];
        for (var row = 0; row < table.Count; row++)
        {
            ref readonly var r = ref table[row];
            if (_rows.TryGetValue(row, out var standing))
            {
                if (standing.Steps is { } steps && r.Status != InfluencerStatus.Gone && steps.All[^1].From < old)
                    _rows[row] = standing = standing with { Steps = null };
                if (standing.IsNotFound && r.Status == InfluencerStatus.Tracked)
                    _rows[row] = standing = standing with { TurnedAt = now };
                if (standing.IsNotFound)
                    Turned.Add(standing.TurnedAt, 1);
                else if (standing.Steps is null)
                    _rows.Remove(row);
            }

            if (standing.Steps is null)
            {
                if (r.Status == InfluencerStatus.Tracked)
                    CollectionsMarshal.GetValueRefOrAddDefault(tracked, r.FromSeconds, out _)++;
                continue;
            }

            foreach (var (second, status, change) in Changes(standing.Steps))
                CollectionsMarshal.GetValueRefOrAddDefault(status == InfluencerStatus.Tracked ? tracked : gone, second, out _) += change;
        }

        Tracked.Load(tracked);
        Gone.Load(gone);
    }

    public void Accept()
    {
        ChangedFrom = uint.MaxValue;
        _before.Clear();
        Tracked.Accept();
        Gone.Accept();
        // A fault that turned a million must not hold their memory for ever.
        if (_rows.Count == 0 && _rows.EnsureCapacity(0) > 4096)
            _rows = [];
    }

    public void Undo()
    {
        foreach (var (row, standing) in _before)
            Write(row, standing);
        ChangedFrom = uint.MaxValue;
        _before.Clear();
        Tracked.Undo();
        Gone.Undo();
    }

    private StandingSteps StepsOf(int row, in InfluencerRow r) =>
        _rows.TryGetValue(row, out var standing) && standing.Steps is { } steps ? steps
        : r.Status == InfluencerStatus.Tracked ? StandingSteps.TrackedFrom(r.FromSeconds)
        : StandingSteps.None;

    private void Keep(int row, StandingSteps before, StandingSteps after)
    {
        foreach (var (second, status, change) in Changes(before))
            (status == InfluencerStatus.Tracked ? Tracked : Gone).Add(second, -change);
        foreach (var (second, status, change) in Changes(after))
            (status == InfluencerStatus.Tracked ? Tracked : Gone).Add(second, change);
        Set(row, this[row] with { Steps = after });
    }

    private void Set(int row, Standing standing)
    {
        _before.TryAdd(row, _rows.TryGetValue(row, out var before) ? before : null);
        Write(row, standing.IsNotFound || standing.Steps is not null ? standing : null);
    }

    private void Write(int row, Standing? standing)
    {
        if (_rows.TryGetValue(row, out var before) && before.IsNotFound)
            Turned.Add(before.TurnedAt, -1);
        if (standing is { IsNotFound: true } now)
            Turned.Add(now.TurnedAt, 1);
        Load(row, standing);
    }

    private static IEnumerable<(uint Second, InfluencerStatus Status, int Change)> Changes(StandingSteps steps)
    {
        var previous = InfluencerStatus.Unknown;
        foreach (var (from, status) in steps.All.ToArray())
        {
            if (previous.IsOnRoster())
                yield return (from, previous, -1);
            if (status.IsOnRoster())
                yield return (from, status, 1);
            previous = status;
        }
    }
}
