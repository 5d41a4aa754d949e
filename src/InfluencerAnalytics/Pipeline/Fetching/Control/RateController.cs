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

    // A trial that leaves more than this part of the refusals has not cured them, less than that has.
    private const double NotCured = 0.8;
    private const double Cured = 0.35;

    // What a judgement needs at least, and how long it waits for it.
    private const int EnoughAnswers = 60;
    private const int EnoughRefusals = 12;
    private const double LeastSeconds = 1;
    private const double MostSeconds = 8;
    private const double UncuredHold = 20;

    // Growth a second: quickly up to where it was refused last, slowly past it, and faster and faster beyond.
    private const double ReturnGrowth = 0.3;
    private const double CarefulGrowth = 0.015;
    private const double FirstGrowth = 0.1;
    private const double BoldestGrowth = 1.5;
    private const double BelowLastRefusal = 0.97;
    private const double BeyondLastRefusal = 1.1;

    // A limit in force that was lowered by so much in small steps without an end is on trial again.
    private const double SuspiciousDepth = 0.8;

    private const double LeastRate = 1;

    // How fast a share that could not be cured is forgotten, a judgement, when there are fewer refusals.
    private const double Forgetting = 0.2;

    private AnswerWindow _seen;
    private Trial? _trial;
    private double _uncured;
    private double _refusedAt;
    private double _provenRate;
    private double _growth = FirstGrowth;
    private double _hold;

    /// <summary>Requests a second; null while there is no limit.</summary>
    public double? Rate { get; private set; }

    /// <param name="window">One that followed the last one.</param>
    public void Observe(in AnswerWindow window)
    {
        _hold = Math.Max(0, _hold - window.Seconds);
        if (_trial is { SettleSeconds: > 0 } settling)
        {
            _trial = settling with { SettleSeconds = settling.SettleSeconds - window.Seconds };
            return;
        }
        // What was answered well before the first refusal says nothing of what is allowed beside refusals.
        if (_trial is null && _seen.Refused == 0 && window.Refused > 0)
            _seen = default;
        _seen = _seen.Add(window);
        if (_trial is null && window.IsPaced && (_hold > 0 || !IsRefused(_seen, FewRefusals)))
            Grow(window.Seconds);
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

    // Of a trial: as many answers as would bring enough refusals if nothing had changed.
    private bool IsEnough() => _seen.Seconds >= LeastSeconds
        && (_seen.Seconds >= MostSeconds || (_trial is { } trial ? _seen.Answers * trial.ShareBefore >= EnoughRefusals : _seen.Answers >= EnoughAnswers || _seen.Refused >= EnoughRefusals));

    // Twice the standard deviation of a share among so many answers (binomial) is chance.
    private bool IsRefused(in AnswerWindow seen, double beyond) =>
        seen.Refused >= 2 && ShareOf(seen) - _uncured > beyond + 2 * Math.Sqrt(_uncured * (1 - _uncured) / Math.Max(1, seen.Answers));

    private void Judge(in AnswerWindow seen, bool isRefusing)
    {
        var share = ShareOf(seen);
        // Where nothing at all was answered well, nothing says how much would be: that is a pause or an outage.
        if (isRefusing && seen.Good > 0 && seen.Refused >= EnoughRefusals && IsRefused(seen, Rate is null ? ManyRefusals : ManifoldRefusals))
            Begin(new Trial(Rate, share, Rate, share), seen);
        else if (Rate is { } rate && IsRefused(seen, FewRefusals))
            Lower(rate, share - _uncured, seen);
        else
            _provenRate = Rate ?? 0;
    }

    private void Begin(Trial trial, in AnswerWindow seen)
    {
        var answerTime = seen.Good == 0 ? 0 : seen.GoodSeconds / seen.Good;
        _trial = trial with { SettleSeconds = LeastSeconds + answerTime };
        _refusedAt = Math.Max(LeastRate, (seen.Good + seen.Failed) / seen.Seconds);
        Rate = Math.Max(LeastRate, _refusedAt * TrialDepth);
        _growth = FirstGrowth;
    }

    private void Conclude(Trial trial, in AnswerWindow seen)
    {
        var share = ShareOf(seen);
        if (share - _uncured <= Math.Max(2 * FewRefusals, (trial.ShareBefore - _uncured) * Cured))
        {
            _trial = null;
            _provenRate = Rate!.Value;
            return;
        }
        // All that was cut since the first refusals was in vain, or only what was cut last.
        var allInVain = share - _uncured > (trial.FirstShare - _uncured) * NotCured;
        if (allInVain || share - _uncured > (trial.ShareBefore - _uncured) * NotCured)
        {
            _trial = null;
            _uncured = share;
            _hold = UncuredHold;
            Rate = allInVain ? trial.FirstRate : trial.RateBefore;
            return;
        }
        // It helped, but not enough: what is left is on trial by itself.
        Begin(trial with { RateBefore = Rate, ShareBefore = share }, seen);
    }

    private void Lower(double rate, double excess, in AnswerWindow seen)
    {
        if (rate < _provenRate * SuspiciousDepth)
        {
            var share = ShareOf(seen);
            Begin(new Trial(_provenRate, share, _provenRate, share), seen);
            return;
        }
        _refusedAt = rate;
        _growth = FirstGrowth;
        Rate = Math.Max(LeastRate, rate * (1 - 1.2 * excess));
    }

    private void Grow(double seconds)
    {
        if (Rate is not { } rate)
            return;
        double growth;
        if (rate < _refusedAt * BelowLastRefusal)
            growth = ReturnGrowth;
        else if (rate < _refusedAt * BeyondLastRefusal)
            growth = CarefulGrowth;
        else
            growth = _growth = Math.Min(BoldestGrowth, _growth * (1 + seconds));
        Rate = rate * (1 + growth * seconds);
    }

    private static double ShareOf(in AnswerWindow seen) => seen.Answers == 0 ? 0 : (double)seen.Refused / seen.Answers;

    /// <param name="RateBefore">The limit that is restored when the last cut was in vain.</param>
    /// <param name="ShareBefore">Of refusals before it.</param>
    /// <param name="FirstRate">The limit that is restored when all cuts were in vain.</param>
    /// <param name="FirstShare">Of refusals before the first.</param>
    private sealed record Trial(double? RateBefore, double ShareBefore, double? FirstRate, double FirstShare)
    {
        /// <summary>How long answers to requests from before may still come.</summary>
        public double SettleSeconds { get; init; }
    }
}
