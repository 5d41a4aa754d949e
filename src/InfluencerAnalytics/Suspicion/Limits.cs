namespace InfluencerAnalytics.Suspicion;

/// <summary>Every threshold of the detector, and why it is what it is. None depends on how large an account is, but for the least number that somebody would buy.</summary>
internal static class Limits
{
    /// <summary>The rhythm is that of a week: each hour of the day seven times, working days and weekend.</summary>
    public const int RhythmHours = 7 * 24;

    /// <summary>How long a burst is remembered, and how far "nothing like it" looks back.</summary>
    public const int Days = 30;

    /// <summary>A day is the least that has all of a daily rhythm.</summary>
    public const int LeastHours = 24;

    /// <summary>An hour of the day has an expectation of its own from so many readings on: of four, the median needs two to be moved.</summary>
    public const int LeastSameHours = 4;

    /// <summary>
    /// A spread of 1% an hour and more is no rhythm: such an account would move by a twentieth in a day of nothing (1% times the root of 24), where posts that go round
    /// move one by a few percent. Nothing can stand out of that, and nothing is called unusual.
    /// </summary>
    public const double WildSpread = 0.01;

    /// <summary>The least spread that is believed, as a share: the count is a whole number, and a quiet week is no promise.</summary>
    public const double LeastSpread = 1e-4;

    /// <summary>As above in followers: one who comes and one who goes.</summary>
    public const double LeastSpreadFollowers = 2;

    /// <summary>What comes every day at its hour comes a little more or less: a tenth of it, which is also twice what <see cref="ChangeCode"/> leaves out.</summary>
    public const double RegularSpread = 0.1;

    /// <summary>A rise under half a percent is not looked at: it would change nothing that anybody pays for, and ordinary hours reach a tenth of it.</summary>
    public const double LeastRise = 0.005;

    /// <summary>The smallest packages that are sold are about a hundred followers; half of one may fall into the hour before.</summary>
    public const long LeastFollowers = 50;

    /// <summary>From here on a value is an outlier: the modified z-score that Iglewicz and Hoaglin recommend.</summary>
    public const double Outlier = 3.5;

    /// <summary>From here on it counts in full. Hourly changes have heavier tails than a normal distribution, and 720 hours a month pass 3.5 now and then; by ten spreads none does without a cause.</summary>
    public const double SureOutlier = 10;

    /// <summary>Bought followers come within minutes; half an hour holds a delivery that begins slowly.</summary>
    public const long BurstMs = 30 * 60_000;

    /// <summary>
    /// How much of all that came from three hours before the burst until three hours after it has to have come within its half hour: before, since a rise that ends is otherwise sudden at its end. Of a post that goes round and fades with a time constant T the share is
    /// (1 - exp(-0.5 h/T)) / (1 - exp(-3.5 h/T)): 0.18 at T = 6 h, 0.27 at 2 h, 0.41 at 1 h; of a delivery at an even pace 1 within half an hour and 0.5 within an hour. Doubtful from 0.35 on,
    /// sure from 0.55 on.
    /// </summary>
    public const double DoubtfulShare = 0.35;

    public const double SureShare = 0.55;

    /// <summary>After how many hours a burst is judged by what came behind it; and after how many without a reading it never is, so that an outage proves nothing.</summary>
    public const int JudgedAfterHours = 3;

    public const int HoursBefore = 3;

    public const int JudgedWithinHours = 6;

    /// <summary>As many bursts as are remembered of one account: each weighs enough alone, so that a fifth changes nothing.</summary>
    public const int Bursts = 4;

    /// <summary>What a sure burst weighs: suspicious (0.5) by itself, and room above it for what is seen afterwards.</summary>
    public const double BurstWeight = 0.8;

    /// <summary>Half of that where following moved by half as much or more in the same minutes: then the provider may have put an account back, both counts at once.</summary>
    public const double TogetherShare = 0.5;

    public const double TogetherFactor = 0.5;

    /// <summary>Beside a burst, as a part of its weight: following did not move with it by a tenth of its share.</summary>
    public const double AloneShare = 0.1;

    public const double AloneWeight = 0.1;

    /// <summary>Beside a burst: that a quarter of it is lost again is worth a word, half of it counts in full.</summary>
    public const double WeededShare = 0.25;

    public const double SureWeededShare = 0.5;

    public const double WeededWeight = 0.4;

    /// <summary>Growth that is the same by day and by night is looked at from 5% a week on, and weighs most at 20%.</summary>
    public const double EvenGrowth = 0.05;

    public const double SureEvenGrowth = 0.2;

    public const double LeastEvenWeight = 0.3;

    public const double MostEvenWeight = 0.6;

    /// <summary>Five of seven days have to be known for it.</summary>
    public const int EvenHours = 5 * 24;

    /// <summary>
    /// Even means: the first harmonic of the day under 15% of the mean hour, hours that spread by less than a third of the median hour, and that one near the mean (no hour brought most of it).
    /// People sleep: what comes from people swings by more than half.
    /// </summary>
    public const double EvenHarmonic = 0.15;

    public const double EvenSpread = 0.33;

    public const double EvenMedian = 0.6;

    /// <summary>Following that grows by a third in a week, beyond the account's own days, while followers do not grow by a third of that: following others in order to be followed.</summary>
    public const double FollowingUp = 0.3;

    public const double FollowingUpWeight = 0.25;

    public const int FollowingDays = 14;

    /// <summary>A daily change of following that nobody would wonder about: 1%.</summary>
    public const double LeastFollowingSpread = 0.01;
}
