using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Rate;

/// <summary>
/// Decides how many requests a second may be sent, for a provider that allows so many and says 429 beyond it. While there are few refusals there is no
/// limit. When there are many, a limit below what was answered well is tried; it has to prove itself: where the share of refusals does not fall with the
/// rate, they have nothing to do with it, and the limit is taken back. A limit in force is lowered a little at a time, and each such cut has to prove itself too. It judges by what
/// came of the requests of a window, not by what came in it. Not safe for concurrent use: one loop calls it.
/// </summary>
/// <remarks>One state machine in one file, though a long one: no limit, a trial and a limit in force give the same refusals another meaning, and lead to each other.</remarks>
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

    // In a window of half a second even the boldest growth oversteps a limit by less than this share.
    private const double MostOfAStep = 0.5;
    // Fewer in half a second may be chance.
    private const int RefusalsOfAStep = 3;

    // Where next to none was answered well, a trial says only whether it was all in vain: if not, what was in force before is taken up again, once in a while.
    private const double NextToNone = 0.02;
    private const int FewAnswers = 3;
    private const double BetweenReturns = 60;

    // It costs a fifth and what is refused besides, for one or two seconds.
    private const double BetweenProofs = 30;

    // Where a part is refused whatever the rate, a cut may have seemed to cure it by chance. So more is tried now and then: a limit refuses a third of half as much again, more
    // than chance among so many answers. Half a second of it empties what a provider that counts has saved up. In vain, it is tried half as often.
    private const double RaiseFactor = 1.5;
    private const double BoldRaiseFactor = 2;
    private const double RaiseSettleSeconds = 0.5;
    private const double BetweenRaises = 15;
    private const double MostBetweenRaises = 60;
    private const int EnoughOfARaise = 40;

    // Nothing grows meanwhile: a small cut among few requests is judged by few.
    private const double MostSmallSeconds = 3;

    // A limit that held nothing back and was met by no refusal for so long, and over so many answers, is none any more: two of the usual intervals, and a shard. Time in
    // which nothing is asked says nothing.
    private const double ForgottenSeconds = 120;
    private const int ForgottenAnswers = 500;

    private const double LeastRate = 1;

    // A cut by so many times what is refused too much ends it.
    private const double Thorough = 1.2;

    private readonly SentWindows _sent = new();
    private readonly UncuredRefusals _uncured = new();
    private RateGrowth _growth = new();
    private AnswerWindow _seen;
    private bool _isJump;
    private double _sinceJump = double.PositiveInfinity;
    private RateTrial? _trial;
    private double _hold;
    private (double Seconds, int Answers) _unheld;
    private double _sinceReturn = BetweenReturns;
    private double _sinceProof;
    private double _sinceRaise = BetweenRaises;
    private double _betweenRaises = BetweenRaises;

    /// <summary>Requests a second; null while there is no limit.</summary>
    public double? Rate { get; private set; }

    /// <summary>What is sent now belongs to this window, which is told what came of it.</summary>
    public SentRequests Current => _sent.Current;

    /// <summary>Nothing is asked for a while: what was seen before says nothing of what comes after it.</summary>
    public void Interrupt() => Apply(Rate);

    /// <param name="window">One that followed the last one.</param>
    public void Observe(in AnswerWindow window)
    {
        PassTime(window);
        _sent.End(window);
        if (_trial is null && Rate is { } rate && window.IsPaced && (_hold > 0 || !_uncured.IsExceeded(_seen, FewRefusals)))
            Rate = _growth.Next(rate, window);
        while (_sent.TakeTelling() is { } sent)
            ObserveSent(sent);
    }

    private void ObserveSent(in AnswerWindow window)
    {
        if (_trial is { SettleSeconds: > 0 } settling)
        {
            _trial = settling with { SettleSeconds = settling.SettleSeconds - window.Seconds };
            return;
        }
        // Whoever grows fast has to stop at once.
        if (_trial is null && Rate is { } grown && IsOverstepped(window))
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
        if (!IsEnough())
            return;
        var seen = _seen;
        _seen = default;
        Decide(seen, isRefusing: window.Refused > 0);
    }

    private void PassTime(in AnswerWindow window)
    {
        _hold = Math.Max(0, _hold - window.Seconds);
        _sinceJump += window.Seconds;
        _sinceReturn += window.Seconds;
        _sinceProof += window.Seconds;
        _sinceRaise += window.Seconds;
        _unheld = Rate is null || window.IsPaced || window.Refused > 0 ? default : (_unheld.Seconds + window.Seconds, _unheld.Answers + window.Answers);
        if (_unheld.Seconds >= ForgottenSeconds && _unheld.Answers >= ForgottenAnswers)
            Forget();
    }

    // By what was seen since the last decision.
    private void Decide(in AnswerWindow seen, bool isRefusing)
    {
        Learn(seen);
        if (_trial is { RaisedBy: not null } raise)
            ConcludeRaise(raise, seen);
        else if (_trial is { IsSmall: true } small)
            ConcludeSmall(small, seen);
        else if (_trial is { } trial)
            Conclude(trial, seen);
        else if (Rate is { } rate && MayRaise(seen))
            Raise(rate, RaiseFactor, seen);
        else if (_hold <= 0 || _uncured.IsExceeded(seen, ManifoldRefusals))
            Judge(seen, isRefusing);
    }

    private bool IsOverstepped(in AnswerWindow window) =>
        _growth.IsBold && window.Good > 0 && window.Refused >= RefusalsOfAStep && _uncured.IsExceeded(window, FewRefusals)
        && _uncured.Excess(window) <= MostOfAStep;

    private void Forget()
    {
        (Rate, _trial, _seen) = (null, null, default);
        _growth = new RateGrowth();
    }

    private void SetAside(in AnswerWindow window)
    {
        if (Rate is null && _hold <= 0 && (IsSpreadable(window) || IsJumpAgain(window)) && window.Refused >= EnoughRefusals && _uncured.IsExceeded(window, ManifoldRefusals))
            Begin(RateTrial.Of(Rate, window), window);
        _sinceJump = 0;
        _seen = default;
        _isJump = true;
    }

    // Where requests hang, those that wait come in waves, and only their crests are refused: one after the other would be set aside.
    private bool IsJumpAgain(in AnswerWindow window) => window.Good > 0 && _sinceJump <= JumpsAgainSeconds;

    private bool IsJump(in AnswerWindow window) =>
        window.Refused > 0 && (_seen.Refused == 0 || window.RefusedShare > _seen.RefusedShare + ManyRefusals + UncuredRefusals.ChanceOf(_seen.RefusedShare, window.Judged));

    // Of a trial: as many answers as would bring enough refusals if nothing had changed. A small one is judged as soon as what comes without a trial, or at once where
    // answers are many: nothing grows meanwhile.
    private bool IsEnough()
    {
        if (_seen.Seconds >= (_trial is { IsSmall: true } ? MostSmallSeconds : MostSeconds))
            return true;
        if (_seen.Seconds < LeastSeconds && _trial is not { IsSmall: true })
            return false;
        return _trial switch
        {
            { RaisedBy: not null } => _seen.Judged >= EnoughOfARaise,
            { IsBlind: true } => _seen.Judged >= FewAnswers,
            { IsSmall: false } trial => _seen.Judged * trial.Last.RefusedShare >= EnoughRefusals,
            _ => _seen.Judged >= EnoughAnswers || _seen.Refused >= EnoughRefusals,
        };
    }

    // Below where it was refused last, what is refused has another reason than the rate; beyond, it is at most as much.
    private void Learn(in AnswerWindow seen)
    {
        var isBelow = _trial is null && _growth.IsBelow(Rate) && !_uncured.IsExceeded(seen, FewRefusals);
        if (isBelow || _uncured.IsLess(seen))
            _uncured.Believe(seen.RefusedShare);
    }

    private void Judge(in AnswerWindow seen, bool isRefusing)
    {
        // Where nothing at all was answered well, nothing says how much would be: that is a pause or an outage.
        if (seen.Good == 0)
            return;
        if (isRefusing && seen.Refused >= EnoughRefusals && _uncured.IsExceeded(seen, Rate is null ? ManyRefusals : ManifoldRefusals))
            Begin(RateTrial.Of(Rate, seen), seen);
        else if (Rate is { } rate && _uncured.IsExceeded(seen, FewRefusals))
            Lower(rate, seen);
        else if (Rate is not null && _sinceProof >= BetweenProofs && _uncured.Share > 2 * FewRefusals)
            ProveUncured(seen);
    }

    // A limit that is overstepped by just as much as was once refused at random looks the same: what was believed is put on trial anew.
    private void ProveUncured(in AnswerWindow seen)
    {
        _uncured.Is(0);
        Begin(RateTrial.Of(Rate, seen) with { RefusedAt = _growth.RefusedAt }, seen);
    }

    private bool MayRaise(in AnswerWindow seen) =>
        seen.IsPaced && _sinceRaise >= _betweenRaises && _uncured.Share > ManyRefusals && !_uncured.IsExceeded(seen, ManyRefusals);

    private void Raise(double rate, double factor, in AnswerWindow seen)
    {
        _sinceRaise = 0;
        _trial = RateTrial.Of(rate, seen) with { RaisedBy = factor, SettleSeconds = RaiseSettleSeconds };
        Apply(rate * factor);
    }

    // What is refused by the rate grows with it; what is not stays the same share, so that good answers grow.
    private void ConcludeRaise(RateTrial trial, in AnswerWindow seen)
    {
        if (seen.Judged == 0)
            return;
        _trial = null;
        var before = Math.Max(_uncured.Share, trial.First.RefusedShare);
        var byRate = (1 - before) * (1 - 1 / trial.RaisedBy!.Value);
        if (seen.RefusedShare > before + RiseOfACure * byRate)
        {
            _betweenRaises = Math.Min(2 * _betweenRaises, MostBetweenRaises);
            Apply(trial.First.Rate);
            return;
        }
        _betweenRaises = BetweenRaises;
        _uncured.Believe(seen.RefusedShare);
        _growth.Restore(Rate!.Value);
        if (seen.IsPaced)
            Raise(Rate.Value, BoldRaiseFactor, seen);
    }

    private void Begin(RateTrial trial, in AnswerWindow seen)
    {
        _sinceProof = 0;
        _trial = trial with { SettleSeconds = LeastSeconds, IsBlind = seen.Good <= seen.Judged * NextToNone };
        var allowed = AllowedRate(seen);
        var rate = Math.Max(LeastRate, allowed * TrialDepth);
        // Where all come at once and are refused at once, next to none of the time was used. Spread out they are answered, or the next look tells how many.
        if (trial.First.Rate is null && IsSpreadable(seen))
            rate = allowed = Math.Max(rate, Math.Min(seen.Wanted, TrialDepth * seen.Answers / seen.Seconds));
        _growth.Refused(allowed);
        Apply(rate);
    }

    private static bool IsSpreadable(in AnswerWindow seen) => seen.BusySeconds < seen.Seconds * MostlyBusy;

    // While nothing was asked, nothing could be answered. What is refused for another reason was never counted by the provider.
    private double AllowedRate(in AnswerWindow seen) =>
        Math.Max(LeastRate, seen.Answers * (1 - seen.RefusedShare) / Math.Max(seen.BusySeconds, seen.Seconds * MostlyBusy) / _uncured.Rest);

    // Where a little less brings as many refusals, they have another reason, and what was taken is given back: step by step it would end at next to nothing.
    private void ConcludeSmall(RateTrial trial, in AnswerWindow seen)
    {
        _trial = null;
        // More than before, beyond chance, is a limit that fell.
        if (seen.RefusedShare <= trial.First.RefusedShare + _uncured.ChanceOf(seen) && IsInVain(trial.First, seen))
        {
            _uncured.Believe(seen.RefusedShare);
            _growth.Restore(trial.RefusedAt);
            Apply(trial.First.Rate);
            return;
        }
        Judge(seen, isRefusing: true);
    }

    private void Conclude(RateTrial trial, in AnswerWindow seen)
    {
        if (seen.Judged == 0)
            return;
        var share = seen.RefusedShare;
        if (!_uncured.IsExceeded(seen, 2 * FewRefusals))
        {
            _trial = null;
            // What is left may be a limit that is still overstepped.
            _uncured.Is(Math.Min(_uncured.Share, share));
            if (trial.IsBlind && _sinceReturn >= BetweenReturns)
                (Rate, _sinceReturn) = (trial.First.Rate, 0);
            return;
        }
        // All that was cut since the first refusals was in vain, or only what was cut last.
        var allInVain = IsInVain(trial.First, seen);
        if (allInVain || IsInVain(trial.Last, seen))
        {
            _trial = null;
            _uncured.Is(share);
            _hold = UncuredHold;
            _growth.Restore(trial.RefusedAt);
            Apply(allInVain ? trial.First.Rate : trial.Last.Rate);
            return;
        }
        // It helped. The little that is left may have another reason, which is found out the other way round.
        if (!_uncured.IsExceeded(seen, ManifoldRefusals))
        {
            _uncured.Is(share);
            Raise(Rate!.Value, RaiseFactor, seen);
            return;
        }
        // It helped, but not enough: what is left is on trial by itself.
        Begin(trial with { Last = BeforeCut.Of(Rate, seen) }, seen);
    }

    private bool IsInVain(BeforeCut before, in AnswerWindow seen)
    {
        var slower = before.Answered / Math.Max(LeastRate, seen.Judged / seen.Seconds);
        var answered = 1 - before.RefusedShare;
        // At most all that are not refused whatever is done. Where nothing was answered before and nothing is now, it is no limit.
        var cured = Math.Min(1 - Math.Min(_uncured.Share, before.RefusedShare), answered * slower);
        return 1 - seen.RefusedShare <= answered + RiseOfACure * Math.Max(0, cured - answered);
    }

    private void Lower(double rate, in AnswerWindow seen)
    {
        var excess = _uncured.Excess(seen);
        BeginSmall(rate, rate * (1 - Thorough * excess), AllowedRate(seen), seen);
    }

    private void StepBack(double rate, in AnswerWindow window)
    {
        _seen = default;
        // While it grew, what was answered well lags behind what was sent: no less than what was allowed before, unless the share says so.
        var excess = _uncured.Excess(window);
        var refusedAt = Math.Max(AllowedRate(window), Math.Min(_growth.RefusedAt, rate * (1 - excess)));
        BeginSmall(rate, Math.Min(rate * (1 - Thorough * excess), refusedAt), refusedAt, window);
    }

    private void BeginSmall(double rate, double lower, double refusedAt, in AnswerWindow seen)
    {
        _trial = RateTrial.Of(rate, seen) with { IsSmall = true, RefusedAt = _growth.RefusedAt };
        _growth.Refused(refusedAt);
        Apply(Math.Max(LeastRate, lower));
    }

    // What was sent before says nothing of what the new rate brings.
    private void Apply(double? rate)
    {
        Rate = rate;
        _seen = default;
        _sent.Clear();
    }
}
