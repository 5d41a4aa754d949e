using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Pipeline.Fetching.Control.Concurrency;

/// <summary>
/// Decides how many requests may be in flight. Its aim is good answers a second and nothing else: it measures them at its limit, tries another one,
/// and keeps the better. A rise has to bring more; a cut has to prove itself, by more good answers, or by as many with less harm done.
/// What was tried in vain is left alone for a while, unless the provider changes. Not safe for concurrent use: one loop calls it.
/// </summary>
/// <remarks>
/// Failures by themselves decide nothing, for they look alike where the provider is overloaded (fewer in flight bring more answers) and where a part of
/// the influencers hangs or fails whatever is done (fewer in flight bring fewer). Only trying tells.
/// One state machine in one file, though a long one: which move is under way decides what each window means, and in two files neither could be read alone.
/// </remarks>
internal sealed class ConcurrencyController(int initial, int max)
{
    // A rise that brings less than this part of what was there is given up before it was measured to its end.
    private const double Harmful = 0.8;

    // One that leaves less than this part of it has overwhelmed the provider, which may take a while to work off what it was given.
    private const double Overwhelming = 0.2;

    // While all that is wanted is read, a limit of more than so many times what has to be in flight on average is left over from another time. A provider
    // that suddenly has few places would be buried under it before anybody noticed. From the greatest limit to that of a start it takes 15 s: a factor of 128 is e to the 5th.
    private const double Headroom = 2;
    private const double ShrinkSeconds = 3;

    // Two who notice the same collapse cut once.
    private const double BetweenCuts = 5;

    private readonly LimitSearch _search = new(initial, max);
    private readonly Demand _demand = new();
    private readonly HarmMemory _harm = new();
    private readonly Settling _settling = new();
    private readonly Silence _silence = new();
    private readonly int _least = Math.Clamp(initial / 4, 1, Math.Max(1, max));
    private int _base = Math.Clamp(initial, 1, Math.Max(1, max));
    private Measurement? _atBase;
    private AnswerWindow _seen;

    // Of what was seen, the window in which a cut took hold: its answers count, but they had waited in the crowd before it.
    private AnswerWindow _crowded;
    private Move _move;
    private int _doubtful;
    private (int Limit, double Good)? _overwhelming;
    private double _sinceCut = BetweenCuts;

    /// <summary>How many requests may be in flight: 1 to the maximum.</summary>
    public int Limit { get; private set; } = Math.Clamp(initial, 1, Math.Max(1, max));

    /// <param name="window">One that followed the last one.</param>
    public void Observe(in AnswerWindow window)
    {
        _search.Pass(window.Seconds);
        _harm.Pass(window.Seconds);
        _sinceCut += window.Seconds;
        _demand.Observe(window);
        // When all that is wanted is read, or something else holds it back, the limit has no part in what came of it.
        if (!window.IsBacklogged || window.IsPaced)
        {
            Rest(window);
            return;
        }
        if (IsCrowd && _silence.IsCollapse(window, _atBase))
        {
            _harm.Remember(_base);
            Cut();
            return;
        }
        if (!IsSettled(window))
            return;
        _seen = _seen.Add(window);
        if (_move is Move.Up or Move.Down && IsHarmful())
        {
            Doubt();
            return;
        }
        if (!Measurement.IsDone(_seen, Limit))
            return;
        var measured = Measurement.Of(_seen, _crowded);
        StartMeasuring();
        if (IsCollapse(measured))
        {
            _harm.Remember(Limit);
            Rescue();
        }
        else if (measured.Good == 0)
            Rescue();
        else
            Judge(measured);
    }

    private void Rest(in AnswerWindow window)
    {
        // A limit a second does no harm with more in flight: by Little's law no more are than the answers take.
        if (window.IsPaced && _move == Move.Up)
            _base = Limit;
        if (_move == Move.Down)
            _search.AbandonDown();
        if (!window.IsBacklogged && !window.IsPaced)
            Shrink(window.Seconds);
        ReturnToBase();
        _settling.Begin();
    }

    private void Shrink(double seconds)
    {
        var enough = Math.Max(initial, (int)Math.Min(max, Math.Ceiling(_demand.InFlight * Headroom)));
        if (_base <= enough)
            return;
        _base = Math.Max(enough, (int)(_base * Math.Exp(-seconds / ShrinkSeconds)));
        _atBase = null;
    }

    private bool IsSettled(in AnswerWindow window)
    {
        if (_settling.IsOver)
            return true;
        _settling.Pass(window, Limit, _atBase?.Round ?? window.LimitSeconds);
        if (!_settling.IsOver || Limit >= _base)
            return false;
        _crowded = window;
        return true;
    }

    /// <summary>
    /// Next to none was answered at this limit: a fourth of it, never less than what a start would risk, and from there on more where more brings more.
    /// A provider that hangs or is overwhelmed would be met by as many again each time that it comes back.
    /// </summary>
    public void Cut()
    {
        if (_sinceCut < BetweenCuts)
            return;
        _sinceCut = 0;
        _silence.Reset();
        _base = Math.Max(Math.Min(_base, _least), _base / 4);
        (_atBase, _overwhelming) = (null, null);
        _search.BeginBoldly();
        ReturnToBase();
        StartMeasuring();
        _settling.Begin();
    }

    private bool IsHarmful() =>
        _atBase is { } before && _seen.Good < before.Good * _seen.Seconds * Harmful
        && _seen.Seconds >= Math.Min(Measurement.LongestSeconds, _move == Move.Up ? before.Round : 1 + before.Time);

    // It was not the rise that did harm when the provider has changed meanwhile: what the base brings now will tell.
    private void Doubt()
    {
        if (_move != Move.Up)
        {
            GiveUp();
        }
        else if (_seen.Good < _atBase!.Value.Good * _seen.Seconds * Overwhelming)
        {
            _overwhelming = (Limit, _seen.Good / _seen.Seconds);
            Rescue();
        }
        else
        {
            _doubtful = Limit;
            ReturnToBase();
        }
    }

    // Next to nothing of what came at the same limit before, most of it failures, and with so many in flight that they may be why.
    private bool IsCollapse(in Measurement measured) =>
        IsCrowd && _move == Move.None && _atBase is { } before && before.IsNextToNothing(measured.Good) && measured.FailedShare > 0.5;

    private bool IsCrowd => Limit > 2 * initial;

    private void Judge(in Measurement measured)
    {
        switch (_move)
        {
            case Move.Rescue:
                EndRescue(measured);
                return;
            case Move.Up when measured.IsMoreThan(_atBase!.Value):
                _search.Rose(measured.Good / _atBase.Value.Good);
                Keep(measured);
                Try(_search.Next(Ground()));
                return;
            case Move.Down when measured.IsBetterThan(_atBase!.Value):
                Keep(measured);
                Try(_search.Next(Ground()));
                return;
            case Move.Up or Move.Down:
                GiveUp();
                return;
            default:
                Refresh(measured);
                return;
        }
    }

    // Fewer that bring as many, or nearly: it was the rise. A provider that has moved away answers in proportion, and the search begins anew where it was.
    private void EndRescue(in Measurement measured)
    {
        var rise = _overwhelming;
        _overwhelming = null;
        if (rise is { } moved && measured.Good <= moved.Good / 2)
        {
            _atBase = null;
            _search.EndHold();
            ReturnToBase();
            return;
        }
        if (rise is { } overwhelming)
            _harm.Remember(overwhelming.Limit / 2 + 1);
        Keep(measured);
    }

    private void Keep(in Measurement measured)
    {
        _search.Kept(_move);
        _move = Move.None;
        _base = Limit;
        _atBase = measured;
        _demand.Answered(measured.Time);
    }

    private void Refresh(in Measurement measured)
    {
        _demand.AnsweredAgain(measured.Time);
        if (_atBase is { } before && measured.DiffersFrom(before))
        {
            _doubtful = 0;
            _search.BeginAnew();
            // What did harm to one that has become slower does no less of it now.
            if (measured.IsMoreThan(before))
                _harm.Forget();
        }
        _atBase = measured;
        if (_doubtful > 0)
        {
            _harm.Remember(_doubtful);
            _doubtful = 0;
            Try(_search.AfterUp(Ground()));
        }
        else if (!_search.IsHeld)
        {
            Try(_search.Next(Ground()));
        }
    }

    private void GiveUp()
    {
        if (_move == Move.Up)
        {
            Try(_search.AfterUp(Ground()));
            return;
        }
        // Good answers fell in proportion: they take as long as they take.
        _demand.AnswersNoSooner(_atBase!.Value.Time);
        Try(_search.AfterDown(Ground()));
    }

    private void Rescue()
    {
        _move = Move.Rescue;
        _search.StepBoldly();
        var lower = Limit / 4;
        if (lower >= 1)
        {
            SetLimit(lower);
            return;
        }
        // Not even one at a time is answered: that is no overload, and the limit was good enough before.
        _atBase = null;
        _search.Hold();
        ReturnToBase();
    }

    private SearchGround Ground() => new(_base, _demand.IsQueued(_atBase!.Value.Time), _demand.IsMetBy(_atBase.Value.Good), _harm);

    private void Try(Trial? trial)
    {
        if (trial is not { } next)
        {
            ReturnToBase();
            return;
        }
        _move = next.Move;
        SetLimit(next.Limit);
    }

    private void ReturnToBase()
    {
        _move = Move.None;
        if (Limit != _base)
            SetLimit(_base);
        else
            StartMeasuring();
    }

    private void SetLimit(int limit)
    {
        Limit = limit;
        StartMeasuring();
        _settling.Begin();
    }

    private void StartMeasuring() => (_seen, _crowded) = (default, default);
}
