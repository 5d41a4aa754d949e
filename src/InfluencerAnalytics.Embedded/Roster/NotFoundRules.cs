using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Roster;

/// <summary>
/// What "not found" makes of an influencer (<see cref="NotFoundStreak"/>): a miss, then gone, and tracked again with its next reading; unless so many
/// turn at once that it is the provider's fault. Used under the store's gate, within one write.
/// </summary>
internal sealed class NotFoundRules(StoreContext context, InfluencerState influencers, SlotRecords slots, RosterNotices notices)
{
    private readonly int _goneAfter = context.Options.GoneAfter;
    private bool _someWent = true;
    private (uint From, int Revision, List<uint> Slots) _later = (0, -1, []);
    // Of the last answer.
    private TimeSpan _interval;

    /// <summary>Takes in the answer "not found" for a slot without a reading.</summary>
    public void NoteNotFound(int row, uint slot, TimeSpan interval)
    {
        ref readonly var now = ref influencers.Table[row];
        var streak = StreakOf(row);
        if (slot <= now.SlotSeconds || !streak.IsExtendedBy(slot * 1000L, interval, now.Status, now.FromSeconds * 1000L))
            return;
        _interval = interval;
        ref var r = ref influencers.Changes.Change(row);
        influencers.Table.TouchQuietly(row);
        var longer = streak.With(slot * 1000L, interval, r.Status, context.Clock.SteadyMs);
        Keep(row, ref r, longer);
        if (longer.NextTry != streak.NextTry)
            influencers.Roster.Version++;
        if (r.Status == InfluencerStatus.Tracked && longer.Answers >= _goneAfter && !IsOutage())
            Go(row, ref r, longer, interval);
    }

    /// <summary>Takes in a reading of one that was not found.</summary>
    public void NoteReading(int row, uint slot, TimeSpan interval)
    {
        ref var r = ref influencers.Changes.Change(row);
        var streak = StreakOf(row);
        var left = streak.After(slot * 1000L, r.Status);
        if (left == streak)
            return;
        Keep(row, ref r, left);
        if (!left.IsAny && r.Status == InfluencerStatus.Gone)
            ComeBack(row, ref r, slot + (uint)interval.TotalSeconds);
        influencers.Table.TouchQuietly(row);
    }

    /// <summary>At the end of a write: when it showed an outage, those that became gone in it are tracked again.</summary>
    /// <param name="nextSlot">The slot after those of the write.</param>
    public void EndWrite(uint nextSlot)
    {
        if (!_someWent || !IsOutage())
            return;
        var since = WindowStartSeconds;
        var back = new List<(int Row, uint From)>();
        foreach (var (row, standing) in influencers.Standings.Rare)
        {
            if (influencers.Table[row].Status == InfluencerStatus.Gone && standing.TurnedAt >= since)
                back.Add((row, Math.Max(nextSlot, standing.Steps!.All[^1].From)));
        }

        foreach (var (row, from) in back)
            ComeBack(row, ref influencers.Changes.Change(row), from);
    }

    /// <summary>After a write that was settled: in an outage nobody of it is left that is gone.</summary>
    public void Written()
    {
        if (IsOutage())
            _someWent = false;
        Publish();
    }

    /// <summary>Now and then: says how it stands.</summary>
    public void Publish() => notices.NotFound(IsOutage() ? Turned : 0, influencers.Roster.Tracked + influencers.Roster.Gone);

    private long WindowStartSeconds => NotFoundOutage.WindowStart(context.Clock.SteadyMs, _interval, _goneAfter) / 1000;

    private long Turned => influencers.Standings.Turned.Since(WindowStartSeconds);

    private bool IsOutage() => NotFoundOutage.Is(Turned, influencers.Roster.Tracked + influencers.Roster.Gone);

    private NotFoundStreak StreakOf(int row)
    {
        ref readonly var r = ref influencers.Table[row];
        var standing = influencers.Standings[row];
        return new NotFoundStreak(
            standing.TurnedAt * 1000L, standing.FirstNotFound * 1000L, standing.LastNotFound * 1000L, r.NotFoundCount, standing.Tries, r.NextTrySeconds * 1000L);
    }

    // More than a byte holds make no difference: the pause has its longest long before.
    private void Keep(int row, ref InfluencerRow r, in NotFoundStreak streak)
    {
        r.NotFoundCount = (byte)Math.Min(byte.MaxValue, streak.Answers);
        if (r.Status == InfluencerStatus.Gone)
            r.FromSeconds = SlotSeconds.Floor(streak.NextTry);
        influencers.Standings.SetNotFound(row, new Standing
        {
            TurnedAt = SlotSeconds.Floor(streak.TurnedAt),
            FirstNotFound = SlotSeconds.Floor(streak.First),
            LastNotFound = SlotSeconds.Floor(streak.Last),
            Tries = (byte)Math.Min(byte.MaxValue, streak.Tries),
        });
    }

    private void Go(int row, ref InfluencerRow r, in NotFoundStreak streak, TimeSpan interval)
    {
        var next = SlotSeconds.Floor(streak.GoneFrom(interval));
        _someWent = true;
        foreach (var later in SlotsFrom(next))
        {
            if (slots.HasMisses(later) && influencers.Standings.IsTracked(row, later))
                slots.TakeMissBack(later, r.Id, interval);
        }

        influencers.Standings.Move(row, ref r, next, InfluencerStatus.Gone);
        Keep(row, ref r, streak.GivenUp(interval));
        influencers.Roster.Tracked--;
        influencers.Roster.Gone++;
        influencers.Roster.Version++;
        influencers.Table.Touch(row);
    }

    // Many go at once, from the same slot on: the slots are looked up for the first of them.
    private List<uint> SlotsFrom(uint next)
    {
        if (_later.From != next || _later.Revision != slots.Revision)
            _later = (next, slots.Revision, slots.BegunFrom(next));
        return _later.Slots;
    }

    private void ComeBack(int row, ref InfluencerRow r, uint from)
    {
        influencers.Standings.Move(row, ref r, from, InfluencerStatus.Tracked);
        influencers.Roster.Gone--;
        influencers.Roster.Tracked++;
        influencers.Roster.Version++;
        influencers.Table.Touch(row);
    }
}
