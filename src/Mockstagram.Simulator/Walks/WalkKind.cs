namespace Mockstagram.Simulator.Walks;

/// <summary>How the counts of the accounts change.</summary>
public enum WalkKind
{
    /// <summary>As Mockstagram does: a wild normal step at every call, whatever the time between calls.</summary>
    Mockstagram,

    /// <summary>Made for the eye: a function of time with growth, a daily rhythm, spikes and bought followers.</summary>
    Lifelike,
}
