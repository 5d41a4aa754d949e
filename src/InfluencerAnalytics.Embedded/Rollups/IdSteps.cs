namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>Goes over influencers in steps of a few thousand: who is left of an hour or a day under way. Not safe for concurrent use.</summary>
/// <param name="ids">Ascending.</param>
/// <param name="after">The last one that is done; null to begin.</param>
internal sealed class IdSteps(long[] ids, long? after)
{
    /// <summary>So many are done at a time: tens of milliseconds.</summary>
    public const int IdsPerStep = 2000;

    private int _next = after is { } id ? IndexAfter(ids, id) : 0;

    /// <summary>Those of this step.</summary>
    public ReadOnlySpan<long> Current => ids.AsSpan(_next, End - _next);

    /// <summary>Whether nobody is left after this step.</summary>
    public bool IsLast => End == ids.Length;

    private int End => Math.Min(ids.Length, _next + IdsPerStep);

    public void Advance() => _next = End;

    private static int IndexAfter(long[] ids, long id)
    {
        var index = Array.BinarySearch(ids, id);
        return index >= 0 ? index + 1 : ~index;
    }
}
