namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// How many influencers stood in one way (tracked, or gone) at each second: a slot that is noted late is noted as it was. Changes are to be
/// accepted, or undone when their write fails. Not safe for concurrent use.
/// </summary>
internal sealed class RosterCurve
{
    // Changes come at most once a second; beyond this the older half is forgotten, which no slot asks for any more.
    private const int MaxSteps = 65_536;

    private readonly List<(uint Second, long Count)> _steps = [];
    private readonly List<(uint Second, int Change)> _pending = [];

    public long At(uint second)
    {
        var index = IndexAfter(second);
        return index == 0 ? 0 : _steps[index - 1].Count;
    }

    /// <summary>From that second on there are so many more.</summary>
    public void Add(uint second, int change)
    {
        if (_pending.Count > 0 && _pending[^1].Second == second)
            _pending[^1] = (second, _pending[^1].Change + change);
        else
            _pending.Add((second, change));
        Apply(second, change);
    }

    public void Accept()
    {
        _pending.Clear();
        if (_steps.Count > MaxSteps)
            _steps.RemoveRange(0, MaxSteps / 2);
    }

    public void Undo()
    {
        foreach (var (second, change) in _pending)
            Apply(second, -change);
        _pending.Clear();
    }

    /// <summary>Begins anew with the sum of changes at each second.</summary>
    public void Load(IReadOnlyDictionary<uint, long> changes)
    {
        _steps.Clear();
        _pending.Clear();
        var count = 0L;
        foreach (var (second, change) in changes.OrderBy(static pair => pair.Key))
            _steps.Add((second, count += change));
    }

    private void Apply(uint second, int change)
    {
        var index = IndexAfter(second);
        if (index == 0 || _steps[index - 1].Second != second)
            _steps.Insert(index, (second, index == 0 ? 0 : _steps[index - 1].Count));
        else
            index--;
        // Nearly always the last one, or one of the last.
        for (; index < _steps.Count; index++)
            _steps[index] = (_steps[index].Second, _steps[index].Count + change);
    }

    private int IndexAfter(uint second)
    {
        var (low, high) = (0, _steps.Count);
        if (high > 0 && _steps[high - 1].Second <= second)
            return high;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_steps[middle].Second <= second)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
