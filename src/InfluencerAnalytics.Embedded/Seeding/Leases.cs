using InfluencerAnalytics.Embedded.Clocks;

namespace InfluencerAnalytics.Embedded.Seeding;

/// <summary>
/// Who holds which lease. In memory only: when the process that owns the directory has died, every holder of one has died with it. Used under the
/// store's gate.
/// </summary>
internal sealed class Leases(StoreClock clock)
{
    private readonly Dictionary<string, (string Owner, TimeSpan Until)> _leases = new(StringComparer.Ordinal);

    public bool TryAcquire(string name, string owner, TimeSpan duration)
    {
        // Monotonic, so that a step of the wall clock neither ends a lease nor prolongs it.
        var now = clock.Elapsed;
        if (_leases.TryGetValue(name, out var lease) && lease.Owner != owner && lease.Until > now)
            return false;
        _leases[name] = (owner, now + duration);
        return true;
    }

    public void Release(string name, string owner)
    {
        if (_leases.TryGetValue(name, out var lease) && lease.Owner == owner)
            _leases.Remove(name);
    }
}
