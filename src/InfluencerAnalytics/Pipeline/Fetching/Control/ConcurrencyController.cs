namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>
/// Decides how many requests may be in flight. Its aim is good answers a second and nothing else: it measures them at its limit, tries another one,
/// and keeps the better. A rise has to bring more; a cut has to prove itself, by more good answers, or by as many with less harm done.
/// What was tried in vain is left alone for a while, unless the provider changes. Not safe for concurrent use: one loop calls it.
/// </summary>
/// <remarks>
/// Failures by themselves decide nothing, for they look alike where the provider is overloaded (fewer in flight bring more answers) and where a part of
/// the influencers hangs or fails whatever is done (fewer in flight bring fewer). Only trying tells.
/// </remarks>
internal sealed class ConcurrencyController(int initial, int max)
{
    // A rise that brings less than this part of what was there is given up before it was measured to its end.
    private const double Harmful = 0.8;

    // One that leaves less than this part of it has overwhelmed the provider, which may take a while to work off what it was given.
    private const double Overwhelming = 0.2;

    // Good answers that take so many times as long as they did at best have waited in a queue: fewer in flight would bring as many, sooner.
    private const double Queued = 2;

    // So few say little of how long answers take.
    private const int FewAnswers = 20;

    // So many times as many good answers as are wanted are enough.
    private const double Plenty = 1.05;

    private const double FirstStep = 2;
    private const double BoldStep = 4;
    private const int BoldUpTo = 8;
    private const double LeastStep = 1.15;

    private const int EnoughAnswers = 100;
    private const double LongestMeasurement = 3;

    // Between two searches in vain, in seconds; doubled each time. A search can cost a part of the readings for a second or two.
    private const double FirstHold = 15;
    private const double LongestHold = 60;

    // While all that is wanted is read, a limit of more than so many times what has to be in flight on average is left over from another time. A provider
    // that suddenly has few places would be buried under it before anybody noticed.
    private const double Headroom = 2;
    private const double ShrinkSeconds = 5;
    private const double HangingSeconds = 10;

    // Two who notice the same collapse cut once.
    private const double BetweenCuts = 5;

    private readonly int _max = Math.Max(1, max);
    private readonly HarmMemory _harm = new();
    private readonly Settling _settling = new();
    private readonly Silence _silence = new();
    private readonly int _least = Math.Clamp(initial / 4, 1, Math.Max(1, max));
    private int _base = Math.Clamp(initial, 1, Math.Max(1, max));
    private Measurement? _atBase;
    private AnswerWindow _seen;
    private Move _move;
    private bool _hasTriedDown;
    private bool _hasTriedUp;
    private int _doubtful;
    private double _step = BoldStep;
    private double _hold;
    private double _nextHold = FirstHold;
    private double _leastTime = double.MaxValue;
    private (int Limit, double Good)? _overwhelming;
    private double _wanted;
    private double _hanging;
    private double _sinceCut = BetweenCuts;

    private enum Move
    {
        None,
        Up,
        Down,

        /// <summary>Nothing good comes at all: down until something does.</summary>
        Rescue,
    }

    /// <summary>How many requests may be in flight: 1 to the maximum.</summary>
    public int Limit { get; private set; } = Math.Clamp(initial, 1, Math.Max(1, max));

    /// <param name="window">One that followed the last one.</param>
    public void Observe(in AnswerWindow window)
    {
        _hold = Math.Max(0, _hold - window.Seconds);
        _harm.Pass(window.Seconds);
        _sinceCut += window.Seconds;
        _wanted = window.Wanted;
        _hanging += (window.TimedOut * window.LimitSeconds / window.Seconds - _hanging) * (1 - Math.Exp(-window.Seconds / HangingSeconds));
        // Answers are never sooner than while nobody waits for them: whoever takes many times as long from one moment to the next is not met by more.
        if (window.Good >= FewAnswers && !window.IsBacklogged)
            _leastTime = Math.Min(_leastTime, window.GoodSeconds / window.Good);
        // When all that is wanted is read, or something else holds it back, the limit has no part in what came of it.
        if (!window.IsBacklogged || window.IsPaced)
        {
            // A limit a second does no harm with more in flight: by Little's law no more are than the answers take.
            if (window.IsPaced && _move == Move.Up)
                _base = Limit;
            // A cut that was not seen to its end is still to be tried.
            if (_move == Move.Down)
                _hasTriedDown = false;
            if (!window.IsBacklogged && !window.IsPaced)
                Shrink(window.Seconds);
            ReturnToBase();
            _settling.Begin();
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
        if (!IsEnough())
            return;
        var measured = Measurement.Of(_seen);
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

    private void Shrink(double seconds)
    {
        // By Little's law: what is answered, as fast as it can be, and what hangs.
        var enough = Math.Max(initial, (int)Math.Min(_max, Math.Ceiling((_wanted * _leastTime + _hanging) * Headroom)));
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
        return _settling.IsOver && Limit < _base;
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
        (_atBase, _step, _hold, _nextHold, _hasTriedDown, _overwhelming) = (null, BoldStep, 0, FirstHold, false, null);
        ReturnToBase();
        StartMeasuring();
        _settling.Begin();
    }

    private bool IsHarmful() =>
        _atBase is { } before && _seen.Good < before.Good * _seen.Seconds * Harmful
        && _seen.Seconds >= Math.Min(LongestMeasurement, _move == Move.Up ? before.Round : 1 + before.Time);

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

    // By Little's law as many answers as the limit take as long as one does: a whole round of them, so that slow ones are not left out. Requests that
    // hang fill their places and free them in waves, a time limit apart.
    private bool IsEnough() =>
        _seen.Seconds >= LongestMeasurement
        || (_seen.Answers >= Limit && _seen.Seconds >= Measurement.RoundOf(_seen) && (_seen.Answers >= EnoughAnswers || _seen.Seconds >= LongestMeasurement / 2));

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
                // Twice as many in flight that bring nearly twice as much are far from any limit.
                _step = measured.Good >= _atBase.Value.Good * (1 + 0.8 * (_step - 1)) ? BoldStep : Math.Min(_step, FirstStep);
                Keep(measured);
                Search();
                return;
            case Move.Down when measured.IsBetterThan(_atBase!.Value):
                Keep(measured);
                Search();
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
            (_atBase, _hold, _nextHold) = (null, 0, FirstHold);
            ReturnToBase();
            return;
        }
        if (rise is { } overwhelming)
            _harm.Remember(overwhelming.Limit / 2 + 1);
        Keep(measured);
    }

    private void Keep(in Measurement measured)
    {
        // A cut that was worth it may be followed by another.
        if (_move != Move.Up)
            (_hasTriedDown, _hasTriedUp) = (false, true);
        _move = Move.None;
        _base = Limit;
        _atBase = measured;
        _leastTime = Math.Min(_leastTime, measured.Time);
        _nextHold = FirstHold;
        _hold = 0;
    }

    private void Refresh(in Measurement measured)
    {
        _leastTime = Math.Min(_leastTime * 1.01, measured.Time);
        if (_atBase is { } before && measured.DiffersFrom(before))
        {
            _hold = 0;
            _nextHold = FirstHold;
            _step = FirstStep;
            (_doubtful, _hasTriedDown, _hasTriedUp) = (0, false, false);
            // What did harm to one that has become slower does no less of it now.
            if (measured.IsMoreThan(before))
                _harm.Forget();
        }
        _atBase = measured;
        if (_doubtful > 0)
        {
            _harm.Remember(_doubtful);
            _doubtful = 0;
            AfterUp();
        }
        else if (_hold <= 0)
        {
            Search();
        }
    }

    private void Search()
    {
        var now = _atBase!.Value;
        var isQueued = now.Time >= _leastTime * Queued;
        if (isQueued && !_hasTriedDown && TryMove(Move.Down))
            return;
        if (!TryMove(Move.Up))
            AfterUp();
    }

    private void GiveUp()
    {
        if (_move == Move.Up)
        {
            AfterUp();
            return;
        }
        // Good answers fell in proportion: they take as long as they take.
        _leastTime = Math.Max(_leastTime, _atBase!.Value.Time);
        // They took longer for another reason than a queue, so that more in flight may well bring more.
        if (_hasTriedUp || !TryMove(Move.Up))
            NarrowDown();
    }

    // More brought nothing. Whether less brings more is asked once in a search: where more was no use, less mostly is enough.
    private void AfterUp()
    {
        if (_hasTriedDown || !TryMove(Move.Down))
            NarrowDown();
    }

    private void NarrowDown()
    {
        _step = Math.Sqrt(_step);
        if (_step >= LeastStep && TryMove(Move.Up))
            return;
        _step = Math.Sqrt(FirstStep);
        (_hasTriedDown, _hasTriedUp) = (false, false);
        _hold = _nextHold;
        _nextHold = Math.Min(LongestHold, 2 * _nextHold);
        ReturnToBase();
    }

    private void Rescue()
    {
        _move = Move.Rescue;
        _step = BoldStep;
        var lower = Limit / 4;
        if (lower >= 1)
        {
            SetLimit(lower);
            return;
        }
        // Not even one at a time is answered: that is no overload, and the limit was good enough before.
        _atBase = null;
        _hold = FirstHold;
        ReturnToBase();
    }

    // What is left over from before is soon caught up with: more would only be a risk.
    private bool IsPlenty => _atBase is { } now && now.Good >= _wanted * Plenty;

    private bool TryMove(Move move)
    {
        // What a provider that thrashes was given too much of, it works off for seconds: no bold step into a crowd.
        var step = _base * _step > BoldUpTo * initial ? Math.Min(_step, FirstStep) : _step;
        var wanted = move == Move.Up ? Math.Ceiling(_base * step) : Math.Floor(_base / Math.Min(_step, FirstStep));
        var limit = (int)Math.Clamp(wanted, 1, _max);
        if (limit == _base || (move == Move.Up && (IsPlenty || _harm.Forbids(limit))))
            return false;
        _move = move;
        _hasTriedDown |= move == Move.Down;
        _hasTriedUp |= move == Move.Up;
        SetLimit(limit);
        return true;
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

    private void StartMeasuring() => _seen = default;
}
