using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>How one influencer stood over time: from when on tracked, gone or removed. Immutable.</summary>
internal sealed class StandingSteps
{
    // What is older than the last of these is asked for by points and misses that come days late at most.
    private const int MaxSteps = 16;

    public static readonly StandingSteps None = new([]);

    private readonly (uint From, InfluencerStatus Status)[] _steps;

    private StandingSteps((uint From, InfluencerStatus Status)[] steps) => _steps = steps;

    public ReadOnlySpan<(uint From, InfluencerStatus Status)> All => _steps;

    public static StandingSteps TrackedFrom(uint second) => new([(second, InfluencerStatus.Tracked)]);

    public InfluencerStatus At(uint second)
    {
        for (var i = _steps.Length - 1; i >= 0; i--)
        {
            if (_steps[i].From <= second)
                return _steps[i].Status;
        }

        return InfluencerStatus.Unknown;
    }

    /// <summary>The same up to a second, and from then on another status.</summary>
    public StandingSteps With(uint from, InfluencerStatus status)
    {
        var kept = _steps.Length;
        while (kept > 0 && _steps[kept - 1].From >= from)
            kept--;
        var repeats = kept > 0 && _steps[kept - 1].Status == status;
        (uint, InfluencerStatus)[] steps = repeats ? [.. _steps.AsSpan(0, kept)] : [.. _steps.AsSpan(0, kept), (from, status)];
        return new StandingSteps(steps.Length > MaxSteps ? steps[^MaxSteps..] : steps);
    }

    /// <summary>The same, with what changes later than a second changing then. Itself when nothing does.</summary>
    public StandingSteps NotAfter(uint second)
    {
        if (_steps.Length == 0 || _steps[^1].From <= second)
            return this;
        var earlier = None;
        foreach (var (from, status) in _steps)
            earlier = earlier.With(Math.Min(from, second), status);
        return earlier;
    }

    public void Write(ByteWriter to)
    {
        to.Unsigned((ulong)_steps.Length);
        foreach (var (from, status) in _steps)
        {
            to.Unsigned(from);
            to.Byte((byte)status);
        }
    }

    public static StandingSteps? Read(ref ReadOnlySpan<byte> from)
    {
        var count = VarInt.Read(ref from);
        if (count > MaxSteps)
            throw new InvalidDataException("A stored influencer has more steps than are kept.");
        if (count == 0)
            return null;
        var steps = new (uint, InfluencerStatus)[count];
        for (var i = 0; i < steps.Length; i++)
        {
            var second = (uint)VarInt.Read(ref from);
            steps[i] = (second, (InfluencerStatus)from[0]);
            from = from[1..];
        }

        return new StandingSteps(steps);
    }
}
