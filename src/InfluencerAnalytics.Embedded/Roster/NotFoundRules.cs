using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Roster;

/// <summary>
/// What "not found" makes of an influencer: a miss, then gone, and tracked again with its next reading; unless so many turn at once that it is the
/// provider's fault. Used under the store's gate, within one write.
/// </summary>
internal sealed class NotFoundRules(StoreContext context, InfluencerState influencers, SlotRecords slots, RosterNotices notices)
{
    private readonly int _goneAfter = context.Options.GoneAfter;
    private bool _someWent = true;
    private (uint From, int Revision, List<uint> Slots) _later = (0, -1, []);
    private long _windowSeconds = NotFoundOutage.WindowSeconds(TimeSpan.Zero, context.Options.GoneAfter);

    /// <summary>Takes in the answer "not found" for a slot without a reading.</summary>
    public void NoteNotFound(int row, uint slot, TimeSpan interval)
    {
        ref readonly var now = ref influencers.Table[row];
        var standing = influencers.Standings[row];
        // What is older than a reading, than the answer before it or than its being tracked says nothing new.
        if (!now.IsOnRoster || slot <= now.SlotSeconds || slot <= standing.LastNotFound || slot + interval.TotalSeconds <= (now.Status == InfluencerStatus.Tracked ? now.FromSeconds : 0))
            return;
        _windowSeconds = NotFoundOutage.WindowSeconds(interval, _goneAfter);
        ref var r = ref influencers.Changes.Change(row);
        influencers.Table.TouchQuietly(row);
        influencers.Standings.SetNotFound(row, standing.IsNotFound
            ? standing with { LastNotFound = slot }
            : new Standing { TurnedAt = SlotSeconds.Floor(context.Clock.SteadyMs), FirstNotFound = slot, LastNotFound = slot });
        r.NotFoundCount = (byte)Math.Min(byte.MaxValue, r.NotFoundCount + 1);
        if (r.Status == InfluencerStatus.Gone)
            TryLater(row, ref r, slot, interval);
        else if (r.NotFoundCount >= _goneAfter && !IsOutage())
            Go(row, ref r, slot, interval);
    }

    /// <summary>Takes in a reading of one that was not found.</summary>
    public void NoteReading(int row, uint slot, TimeSpan interval)
    {
        var standing = influencers.Standings[row];
        ref var r = ref influencers.Changes.Change(row);
        if (slot >= standing.LastNotFound)
        {
            r.NotFoundCount = 0;
            influencers.Standings.SetNotFound(row, default);
            if (r.Status == InfluencerStatus.Gone)
                ComeBack(row, ref r, slot + (uint)interval.TotalSeconds);
            influencers.Table.TouchQuietly(row);
        }
        else if (r.Status == InfluencerStatus.Tracked && slot > standing.FirstNotFound)
        {
            // It came between them: of those in a row, only the last is certain.
            r.NotFoundCount = 1;
            influencers.Standings.SetNotFound(row, standing with { FirstNotFound = standing.LastNotFound });
            influencers.Table.TouchQuietly(row);
        }
    }

    /// <summary>At the end of a write: when it showed an outage, those that became gone in it are tracked again.</summary>
    /// <param name="nextSlot">The slot after those of the write.</param>
    public void EndWrite(uint nextSlot)
    {
        if (!_someWent || !IsOutage())
            return;
        var since = context.Clock.SteadyMs / 1000 - _windowSeconds;
        var back = new List<(int Row, uint From)>();
        foreach (var (row, standing) in influencers.Standings.Rare)
        {
            if (influencers.Table[row].Status == InfluencerStatus.Gone && standing.TurnedAt / 60 >= since / 60)
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

    private long Turned => influencers.Standings.Turned.Since(context.Clock.SteadyMs / 1000 - _windowSeconds);

    private bool IsOutage() => NotFoundOutage.Is(Turned, influencers.Roster.Tracked + influencers.Roster.Gone);

    private void Go(int row, ref InfluencerRow r, uint slot, TimeSpan interval)
    {
        var next = slot + (uint)interval.TotalSeconds;
        _someWent = true;
        foreach (var later in SlotsFrom(next))
        {
            if (slots.HasMisses(later) && influencers.Standings.IsTracked(row, later))
                slots.TakeMissBack(later, r.Id, interval);
        }

        influencers.Standings.Move(row, ref r, next, InfluencerStatus.Gone);
        r.FromSeconds = NextTry(slot, interval, 1);
        influencers.Standings.SetNotFound(row, influencers.Standings[row] with { Tries = 1 });
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

    private void TryLater(int row, ref InfluencerRow r, uint slot, TimeSpan interval)
    {
        if (slot < r.FromSeconds)
            return;
        var standing = influencers.Standings[row];
        var tries = (byte)Math.Min(byte.MaxValue, standing.Tries + 1);
        influencers.Standings.SetNotFound(row, standing with { Tries = tries });
        r.FromSeconds = NextTry(slot, interval, tries);
        influencers.Roster.Version++;
    }

    private void ComeBack(int row, ref InfluencerRow r, uint from)
    {
        influencers.Standings.Move(row, ref r, from, InfluencerStatus.Tracked);
        influencers.Roster.Gone--;
        influencers.Roster.Tracked++;
        influencers.Roster.Version++;
        influencers.Table.Touch(row);
    }

    private static uint NextTry(uint slot, TimeSpan interval, int tries) => SlotSeconds.Floor(GoneBackoff.NextTry(slot * 1000L, interval, tries));
}
