namespace Mockstagram.Simulator.Walks;

public enum WalkEventKind
{
    /// <summary>A post goes round.</summary>
    Spike,

    /// <summary>Followers are bought.</summary>
    Bought,
}
