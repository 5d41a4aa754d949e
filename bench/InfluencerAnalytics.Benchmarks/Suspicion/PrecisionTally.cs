using InfluencerAnalytics.Suspicion;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>Holds alarms against what the walk did, in all and by strength, size and day. Not safe for concurrent use.</summary>
internal sealed class PrecisionTally
{
    /// <summary>An alarm and an event are one when they are no further apart: where readings are lost, an alarm begins with the last before.</summary>
    private const long SlackMs = 30 * WalkedSeries.MinuteMs;

    private static readonly (double Below, string Name)[] Strengths = [(0.15, "8 to 15% more"), (0.25, "15 to 25% more"), (1, "25 to 35% more")];

    private static readonly (long Below, string Name)[] Sizes =
        [(20_000, "under 20,000 followers"), (100_000, "20,000 to 100,000"), (1_000_000, "100,000 to a million"), (long.MaxValue, "a million and more")];

    private readonly Dictionary<string, Tally> _parts = [];

    public Tally All { get; } = new();

    /// <summary>Posts that went round, and how many of them there was an alarm within a day of that was nothing else.</summary>
    public int Spikes { get; private set; }

    public int SpikesCalledBought { get; private set; }

    /// <summary>Each false alarm in words, and each burst that was not found, but for those of the first day.</summary>
    public List<string> Mistakes { get; } = [];

    public long Folded { get; private set; }

    public long Opened { get; private set; }

    public IEnumerable<(string Part, Tally Tally)> Parts =>
        Strengths.Select(static strength => strength.Name).Concat(Sizes.Select(static size => size.Name)).Append(FirstDay)
            .Where(_parts.ContainsKey).Select(name => (name, _parts[name]));

    /// <summary>What the detector cannot know a rhythm for.</summary>
    private static string FirstDay => "in the first day of the series";

    public void Add(long id, WalkedSeries series, AccountRun run, IReadOnlyList<WalkEvent> events, long countedBefore)
    {
        (Folded, Opened) = (Folded + run.Folded, Opened + run.Opened);
        var alarms = run.Alarms.ToList();
        var bought = events.Where(static walked => walked.Kind == WalkEventKind.Bought).ToList();
        // What begins behind the days that count is no false alarm either.
        foreach (var walked in bought.Where(walked => walked.Start < countedBefore))
        {
            var found = alarms.Any(alarm => IsOf(alarm, walked));
            All.AddEvent(found);
            Part(Strengths.First(strength => walked.Share < strength.Below).Name).AddEvent(found);
            Part(SizeAt(series, walked.Start)).AddEvent(found);
            if (walked.Start < series.Start + 24 * WalkedSeries.HourMs)
                Part(FirstDay).AddEvent(found);
            else if (!found)
                Mistakes.Add($"{id}: not found: {walked}");
        }
        var mistaken = alarms.Where(alarm => !bought.Exists(walked => IsOf(alarm, walked))).ToList();
        foreach (var alarm in mistaken)
        {
            All.AddFalseAlarm();
            Mistakes.Add($"{id}: false alarm: {alarm.Text}");
            Part(SizeAt(series, alarm.From)).AddFalseAlarm();
        }
        var spikes = events.Where(static walked => walked.Kind == WalkEventKind.Spike).ToList();
        Spikes += spikes.Count;
        SpikesCalledBought += spikes.Count(spike => mistaken.Exists(alarm => alarm.From >= spike.Start - SlackMs && alarm.From < spike.Start + 24 * WalkedSeries.HourMs));
    }

    private static bool IsOf(SuspicionReason alarm, WalkEvent walked) =>
        alarm.From <= walked.Start + (long)walked.Rise.TotalMilliseconds + SlackMs && alarm.To >= walked.Start - SlackMs;

    private static string SizeAt(WalkedSeries series, long unixMs) => Sizes.First(size => series.FollowersAt(unixMs) < size.Below).Name;

    private Tally Part(string name)
    {
        if (!_parts.TryGetValue(name, out var tally))
            _parts.Add(name, tally = new Tally());
        return tally;
    }
}
