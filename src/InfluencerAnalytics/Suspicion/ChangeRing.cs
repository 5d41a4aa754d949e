namespace InfluencerAnalytics.Suspicion;

/// <summary>The changes of the last hours or days, a byte each (<see cref="ChangeCode"/>). What was not read is not known. Not safe for concurrent use.</summary>
/// <param name="length">How many are kept.</param>
internal sealed class ChangeRing(int length)
{
    private readonly byte[] _codes = new byte[length];

    public int Length => _codes.Length;

    /// <summary>The number of the newest hour or day; -1 while there is none.</summary>
    public long Newest { get; private set; } = -1;

    /// <summary>The change of an hour or day that is kept; null when it is not known.</summary>
    public double? this[long number] => ChangeCode.Decode(_codes[number % Length]);

    /// <summary>Sets the newest. Those between it and the newest before are not known.</summary>
    /// <param name="number">The newest, or a later one.</param>
    /// <param name="change">Null when it is not known.</param>
    public void Set(long number, double? change)
    {
        MoveTo(number);
        _codes[number % Length] = change is { } known ? ChangeCode.Of(known) : ChangeCode.Unknown;
    }

    /// <summary>Sets one to a change, if that is greater than what is there. One that is no longer kept stays out.</summary>
    public void Raise(long number, double change)
    {
        MoveTo(number);
        if (number > Newest - Length)
            _codes[number % Length] = Math.Max(_codes[number % Length], ChangeCode.Of(change));
    }

    /// <summary>Copies the changes that are known, oldest first, and returns how many.</summary>
    public int CopyTo(Span<double> into)
    {
        var count = 0;
        for (var number = Math.Max(0, Newest - Length + 1); number <= Newest; number++)
        {
            if (this[number] is { } change)
                into[count++] = change;
        }
        return count;
    }

    public void Write(Span<byte> into) => _codes.CopyTo(into);

    public void Read(long newest, ReadOnlySpan<byte> codes)
    {
        codes.CopyTo(_codes);
        Newest = newest;
    }

    private void MoveTo(long number)
    {
        if (number - Newest >= Length)
            Array.Clear(_codes);
        for (var passed = Math.Max(Newest + 1, number - Length + 1); passed <= number; passed++)
            _codes[passed % Length] = ChangeCode.Unknown;
        Newest = Math.Max(Newest, number);
    }
}
