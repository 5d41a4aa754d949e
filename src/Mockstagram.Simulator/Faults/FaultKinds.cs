namespace Mockstagram.Simulator.Faults;

/// <summary>How kinds of fault differ.</summary>
internal static class FaultKinds
{
    /// <summary>Whether the fault is in the content of an answer, rather than in its status or its connection.</summary>
    public static bool SpoilsBody(this FaultKind kind) => kind >= FaultKind.SlowDrip;
}
