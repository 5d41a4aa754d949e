namespace InfluencerAnalytics.Pipeline.Fetching.Control.Concurrency;

/// <summary>A limit to try, and what for.</summary>
internal readonly record struct Trial(Move Move, int Limit);

/// <summary>Where a search stands.</summary>
/// <param name="Base">The best limit so far.</param>
/// <param name="IsQueued">Whether answers wait at the provider there.</param>
/// <param name="IsEnough">Whether all that is wanted is answered there.</param>
/// <param name="Harm">What is not to be tried.</param>
internal readonly record struct SearchGround(int Base, bool IsQueued, bool IsEnough, HarmMemory Harm);

/// <summary>
/// Which limit to try next: up in bold steps while they pay, in ever smaller ones when they no longer do, once down, and then none for a while.
/// Not safe for concurrent use.
/// </summary>
internal sealed class LimitSearch(int initial, int max)
{
    private const double FirstStep = 2;
    private const double BoldStep = 4;
    private const double LeastStep = 1.15;

    // What a provider that thrashes was given too much of, it works off for seconds: no bold step to more than so many times the first limit.
    private const int BoldUpTo = 8;

    // Twice as many in flight that bring so much of twice as much are far from any limit.
    private const double Proportional = 0.8;

    // Between two searches in vain, in seconds; doubled each time. A search can cost a part of the readings for a second or two.
    private const double FirstHold = 15;
    private const double LongestHold = 60;

    private bool _hasTriedDown;
    private bool _hasTriedUp;
    private double _step = BoldStep;
    private double _hold;
    private double _nextHold = FirstHold;

    /// <summary>Whether all was tried in vain a short while ago.</summary>
    public bool IsHeld => _hold > 0;

    public void Pass(double seconds) => _hold = Math.Max(0, _hold - seconds);

    /// <summary>The next trial of a search; null when there is none, and none shall be for a while.</summary>
    public Trial? Next(in SearchGround ground) =>
        (ground.IsQueued && !_hasTriedDown ? Find(Move.Down, ground) : null) ?? Find(Move.Up, ground) ?? AfterUp(ground);

    /// <summary>More brought nothing. Whether less brings more is asked once in a search: where more was no use, less mostly is enough.</summary>
    public Trial? AfterUp(in SearchGround ground) => (_hasTriedDown ? null : Find(Move.Down, ground)) ?? Narrow(ground);

    /// <summary>Less brought less: answers took long for another reason than a queue, so that more in flight may well bring more.</summary>
    public Trial? AfterDown(in SearchGround ground) => (_hasTriedUp ? null : Find(Move.Up, ground)) ?? Narrow(ground);

    /// <param name="factor">So many times as many good answers came of the last step up.</param>
    public void Rose(double factor) => _step = factor >= 1 + Proportional * (_step - 1) ? BoldStep : Math.Min(_step, FirstStep);

    /// <param name="move">What it was kept after.</param>
    public void Kept(Move move)
    {
        // A cut that was worth it may be followed by another.
        if (move != Move.Up)
            (_hasTriedDown, _hasTriedUp) = (false, true);
        EndHold();
    }

    /// <summary>The provider has become another one.</summary>
    public void BeginAnew()
    {
        (_step, _hasTriedDown, _hasTriedUp) = (FirstStep, false, false);
        EndHold();
    }

    /// <summary>From far below what was right before.</summary>
    public void BeginBoldly()
    {
        (_step, _hasTriedDown) = (BoldStep, false);
        EndHold();
    }

    public void StepBoldly() => _step = BoldStep;

    /// <summary>A cut that was not seen to its end is still to be tried.</summary>
    public void AbandonDown() => _hasTriedDown = false;

    public void Hold() => _hold = FirstHold;

    public void EndHold() => (_hold, _nextHold) = (0, FirstHold);

    private Trial? Narrow(in SearchGround ground)
    {
        _step = Math.Sqrt(_step);
        if (_step >= LeastStep && Find(Move.Up, ground) is { } smaller)
            return smaller;
        _step = Math.Sqrt(FirstStep);
        (_hasTriedDown, _hasTriedUp) = (false, false);
        _hold = _nextHold;
        _nextHold = Math.Min(LongestHold, 2 * _nextHold);
        return null;
    }

    private Trial? Find(Move move, in SearchGround ground)
    {
        var step = ground.Base * _step > BoldUpTo * initial ? Math.Min(_step, FirstStep) : _step;
        var wanted = move == Move.Up ? Math.Ceiling(ground.Base * step) : Math.Floor(ground.Base / Math.Min(_step, FirstStep));
        var limit = (int)Math.Clamp(wanted, 1, Math.Max(1, max));
        if (limit == ground.Base || (move == Move.Up && (ground.IsEnough || ground.Harm.Forbids(limit))))
            return null;
        _hasTriedDown |= move == Move.Down;
        _hasTriedUp |= move == Move.Up;
        return new Trial(move, limit);
    }
}
