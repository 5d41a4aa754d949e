namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>
/// Decides how many requests a second may be sent, for a provider that allows so many and says 429 beyond it. While there are few refusals there is no
/// limit. When there are many, a limit below what was answered well is tried; it has to prove itself: where the share of refusals does not fall with the
/// rate, they have nothing to do with it, and the limit is taken back. Not safe for concurrent use: one loop calls it.
/// </summary>
internal sealed class RateController
{
    // A share of refusals above that which no cut could cure: more than this, and a limit is tried.
    private const double ManyRefusals = 0.05;

    // So many more, and the limit in force, or what could not be cured before, has become something else.
    private const double ManifoldRefusals = 0.2;

    // More than this, and a limit in force is lowered a little.
    private const double FewRefusals = 0.01;

    // A trial is this much below what was answered well, so that a real limit shows no refusal at all.
    private const double TrialDepth = 0.8;

    // A trial that leaves less than this part of the refusals has cured them.
    private const double Cured = 0.35;

    // Where refusals come by the rate, the share that is answered rises as the rate falls; where they do not, it stays. Half of that rise is the border.
    private const double RiseOfACure = 0.5;

    // Below this part of the time with any request in flight, what was answered well a second says how seldom was asked, not how much is allowed.
    private const double MostlyBusy = 0.5;

    // What a judgement needs at least, and how long it waits for it.
    private const int EnoughAnswers = 60;
    private const int EnoughRefusals = 12;
    private const double LeastSeconds = 1;
    private const double MostSeconds = 8;
    private const double UncuredHold = 20;
    // Longer than requests that hang are waited for, after which the next wave comes.
    private const double JumpsAgainSeconds = 5;

    // Growth a second: quickly up to where it was refused last, slowly past it, and then twice as fast each half second without refusals: a limit that was
    // lifted is left four times behind within 5 s, and one that still holds is overstepped by some percent for half a second in five.
    private const double ReturnGrowth = 0.3;
    private const double CarefulGrowth = 0.015;
    private const double BoldestGrowth = 1.5;
    private const double DoublingSeconds = 0.5;
    private const double DoublingRequests = 100;
    private const double DoublingAnswers = 4;
    // Among few requests a refusal is seen late; but a limit that was cut to next to nothing must be left behind within one short interval.
    private const double LongestDoublingSeconds = 3;
    private const double BelowLastRefusal = 0.97;

    // In a window of half a second even the boldest growth oversteps a limit by less than this share.
    private const double MostOfAStep = 0.5;

    // Where next to none was answered well, a trial says only whether it was all in vain: if not, what was in force before is taken up again, once in a while.
    private const double NextToNone = 0.02;
    private const int FewAnswers = 3;
    private const double BetweenReturns = 60;

    // A limit in force that was lowered by so much in small steps without an end is on trial again.
    private const double SuspiciousDepth = 0.8;

    // A limit that held nothing back and was met by no refusal for so long, and over so many answers, is none any more: two of the usual intervals, and a shard. Time in
    // which nothing is asked says nothing.
    private const double ForgottenSeconds = 120;
    private const int ForgottenAnswers = 500;

    private const double LeastRate = 1;

    // How fast a share that could not be cured is forgotten, a judgement, when there are fewer refusals.
    private const double Forgetting = 0.5;

    private AnswerWindow _seen;
    private bool _isJump;
    private double _sinceJump = double.PositiveInfinity;
    private RateTrial? _trial;
    private double _uncured;
    private double _refusedAt;
    private double _provenRate;
    private double _growth = CarefulGrowth;
    private double _hold;
    private (double Seconds, int Answers) _unheld;
    private double _sinceReturn = BetweenReturns;

    /// <summary>Requests a second; null while there is no limit.</summary>
    public double? Rate { get; private set; }

    /// <param name="window">One that followed the last one.</param>
    public void Observe(in AnswerWindow window)
    {
        _hold = Math.Max(0, _hold - window.Seconds);
        _sinceJump += window.Seconds;
        _sinceReturn += window.Seconds;
        _unheld = Rate is null || window.IsPaced || window.Refused > 0 ? default : (_unheld.Seconds + window.Seconds, _unheld.Answers + window.Answers);
        if (_unheld.Seconds >= ForgottenSeconds && _unheld.Answers >= ForgottenAnswers)
            Forget();
        if (_trial is { SettleSeconds: > 0 } settling)
        {
            _trial = settling with { SettleSeconds = settling.SettleSeconds - window.Seconds };
            return;
        }
        // Whoever grows fast has to stop at once.
        if (_trial is null && _growth > CarefulGrowth && Rate is { } grown && window.Good > 0 && IsRefused(window, FewRefusals) && ShareOf(window) - _uncured <= MostOfAStep)
        {
            StepBack(grown, window);
            return;
        }
        // What was answered well before the first refusal says nothing of what is allowed beside refusals, nor what came with it: a provider that counts
        // has saved up permits until then.
        if (_trial is null && !_isJump && IsJump(window))
        {
            SetAside(window);
            return;
        }
        _isJump = false;
        _seen = _seen.Add(window);
        if (_trial is null && window.IsPaced && (_hold > 0 || !IsRefused(_seen, FewRefusals)))
            Grow(window);
        if (!IsEnough())
            return;
        var seen = _seen;
        _seen = default;
        if (ShareOf(seen) < _uncured)
            _uncured += (ShareOf(seen) - _uncured) * Forgetting;
        if (_trial is { } trial)
            Conclude(trial, seen);
        else if (_hold <= 0 || IsRefused(seen, ManifoldRefusals))
            Judge(seen, window.Refused > 0);
    }

    private void Forget()
    {
        (Rate, _trial, _seen) = (null, null, default);
        (_growth, _provenRate, _refusedAt) = (CarefulGrowth, 0, 0);
    }

    private void SetAside(in AnswerWindow window)
    {
        if (Rate is null && _hold <= 0 && (IsSpreadable(window) || IsJumpAgain(window)) && window.Refused >= EnoughRefusals && IsRefused(window, ManifoldRefusals))
            Begin(RateTrial.Of(Rate, window), window);
        _sinceJump = 0;
        _seen = default;
        _isJump = true;
    }

    // Where requests hang, those that wait come in waves, and only their crests are refused: one after the other would be set aside.
    private bool IsJumpAgain(in AnswerWindow window) => window.Good > 0 && _sinceJump <= JumpsAgainSeconds;

    private bool IsJump(in AnswerWindow window) =>
        window.Refused > 0 && (_seen.Refused == 0 || ShareOf(window) > ShareOf(_seen) + ManyRefusals);

    // Of a trial: as many answers as would bring enough refusals if nothing had changed.
    private bool IsEnough()
    {
        if (_seen.Seconds < LeastSeconds)
            return false;
        return _seen.Seconds >= MostSeconds || _trial switch
        {
            { IsBlind: true } => _seen.Answers >= FewAnswers,
            { } trial => _seen.Answers * trial.Last.Share >= EnoughRefusals,
            null => _seen.Answers >= EnoughAnswers || _seen.Refused >= EnoughRefusals,
        };
    }

    // Twice the standard deviation of a share among so many answers (binomial) is chance.
    private bool IsRefused(in AnswerWindow seen, double beyond) =>
        seen.Refused >= 2 && ShareOf(seen) - _uncured > beyond + 2 * Math.Sqrt(_uncured * (1 - _uncured) / Math.Max(1, seen.Answers));

    private void Judge(in AnswerWindow seen, bool isRefusing)
    {
        // Where nothing at all was answered well, nothing says how much would be: that is a pause or an outage.
        if (seen.Good == 0)
            return;
        var share = ShareOf(seen);
        if (isRefusing && seen.Refused >= EnoughRefusals && IsRefused(seen, Rate is null ? ManyRefusals : ManifoldRefusals))
            Begin(RateTrial.Of(Rate, seen), seen);
        else if (Rate is { } rate && IsRefused(seen, FewRefusals))
            Lower(rate, share - _uncured, seen);
        else
            _provenRate = Rate ?? 0;
    }

    private void Begin(RateTrial trial, in AnswerWindow seen)
    {
        var answerTime = seen.Good == 0 ? 0 : seen.GoodSeconds / seen.Good;
        _trial = trial with { SettleSeconds = LeastSeconds + answerTime, IsBlind = seen.Good <= seen.Answers * NextToNone };
        _refusedAt = AnsweredRate(seen);
        Rate = Math.Max(LeastRate, _refusedAt * TrialDepth);
        _growth = CarefulGrowth;
        // Where all come at once and are refused at once, next to none of the time was used. Spread out they are answered, or the next look tells how many.
        if (trial.First.Rate is null && IsSpreadable(seen))
            _refusedAt = (Rate = Math.Max(Rate.Value, Math.Min(seen.Wanted, TrialDepth * seen.Answers / seen.Seconds))).Value;
    }

    private static bool IsSpreadable(in AnswerWindow seen) => seen.BusySeconds < seen.Seconds * MostlyBusy;

    // While nothing was asked, nothing could be answered.
    private static double AnsweredRate(in AnswerWindow seen) =>
        Math.Max(LeastRate, (seen.Good + seen.Failed) / Math.Max(seen.BusySeconds, seen.Seconds * MostlyBusy));

    private void Conclude(RateTrial trial, in AnswerWindow seen)
    {
        var share = ShareOf(seen);
        if (share - _uncured <= Math.Max(2 * FewRefusals, (trial.Last.Share - _uncured) * Cured))
        {
            _trial = null;
            _uncured = Math.Min(_uncured, share);
            if (trial.IsBlind && _sinceReturn >= BetweenReturns)
                (Rate, _sinceReturn) = (trial.First.Rate, 0);
            _provenRate = Rate ?? 0;
            return;
        }
        // All that was cut since the first refusals was in vain, or only what was cut last.
        var allInVain = IsInVain(trial.First, seen);
        if (allInVain || IsInVain(trial.Last, seen))
        {
            _trial = null;
            _uncured = share;
            _hold = UncuredHold;
            Rate = allInVain ? trial.First.Rate : trial.Last.Rate;
            return;
        }
        // It helped, but not enough: what is left is on trial by itself.
        Begin(trial with { Last = Before.Of(Rate, seen) }, seen);
    }

    private static bool IsInVain(Before before, in AnswerWindow seen)
    {
        var slower = before.Sent / Math.Max(LeastRate, seen.Answers / seen.Seconds);
        // Where nothing was answered before and nothing is now, it is no limit.
        return 1 - ShareOf(seen) <= (1 - before.Share) * (1 + RiseOfACure * Math.Max(0, slower - 1));
    }

    private void Lower(double rate, double excess, in AnswerWindow seen)
    {
        if (rate < _provenRate * SuspiciousDepth)
        {
            Begin(RateTrial.Of(_provenRate, seen), seen);
            return;
        }
        _refusedAt = AnsweredRate(seen);
        _growth = CarefulGrowth;
        Rate = Math.Max(LeastRate, rate * (1 - 1.2 * excess));
    }

    private void StepBack(double rate, in AnswerWindow window)
    {
        _seen = default;
        // While it grew, what was answered well lags behind what was sent: no less than what was allowed before, unless the share says so.
        _refusedAt = Math.Max(AnsweredRate(window), Math.Min(_refusedAt, rate * (1 - ShareOf(window) + _uncured)));
        _growth = CarefulGrowth;
        Rate = Math.Max(LeastRate, Math.Min(rate * (1 - 1.2 * (ShareOf(window) - _uncured)), _refusedAt));
        _provenRate = Math.Min(_provenRate, Rate.Value);
    }

    private void Grow(in AnswerWindow window)
    {
        if (Rate is not { } rate)
            return;
        var growth = ReturnGrowth;
        if (rate >= _refusedAt * BelowLastRefusal)
        {
            growth = _growth;
            // Refusals come as late as answers do, and among few requests they are too few to be told from chance.
            var answerTime = window.Good == 0 ? 0 : window.GoodSeconds / window.Good;
            var doubling = Math.Max(DoublingSeconds, Math.Max(Math.Min(LongestDoublingSeconds, DoublingRequests / rate), DoublingAnswers * answerTime));
            _growth = Math.Min(BoldestGrowth, _growth * Math.Pow(2, window.Seconds / doubling));
        }
        Rate = rate * (1 + growth * window.Seconds);
    }

    private static double ShareOf(in AnswerWindow seen) => seen.Answers == 0 ? 0 : (double)seen.Refused / seen.Answers;

    /// <summary>How it was before a cut.</summary>
    /// <param name="Rate">The limit that is restored when the cut was in vain.</param>
    /// <param name="Share">Of refusals.</param>
    /// <param name="Sent">Requests a second.</param>
    private readonly record struct Before(double? Rate, double Share, double Sent)
    {
        public static Before Of(double? rate, in AnswerWindow seen) => new(rate, ShareOf(seen), seen.Answers / seen.Seconds);
    }

    /// <summary>A cut that has to prove itself, or several since the first refusals.</summary>
    private sealed record RateTrial(Before First, Before Last)
    {
        /// <summary>Whether next to none was answered well before it.</summary>
        public bool IsBlind { get; init; }

        /// <summary>How long answers to requests from before may still come.</summary>
        public double SettleSeconds { get; init; }

        public static RateTrial Of(double? rate, in AnswerWindow seen)
        {
            var before = Before.Of(rate, seen);
            return new RateTrial(before, before);
        }
    }
}
