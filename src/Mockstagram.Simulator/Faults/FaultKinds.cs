namespace Mockstagram.Simulator.Faults;

/// <summary>How kinds of fault differ.</summary>
internal static class FaultKinds
{
    /// <summary>Whether the fault is in the content of an answer, rather than in its status or its connection.</summary>
    public static bool SpoilsBody(this FaultKind kind) => kind is >= FaultKind.SlowDrip and not FaultKind.NotFound;

    /// <summary>Whether the rate is a share of the answers, rather than of the accounts.</summary>
    public static bool IsOfAnswers(this FaultKind kind) => kind is not (FaultKind.None or FaultKind.NotFound);
}
