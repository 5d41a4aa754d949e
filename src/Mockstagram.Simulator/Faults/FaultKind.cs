namespace Mockstagram.Simulator.Faults;

/// <summary>What can be wrong with an answer.</summary>
public enum FaultKind
{
    /// <summary>A good answer.</summary>
    None,

    /// <summary>Status 500, which is not the 500 of an unknown account.</summary>
    ServerError,

    /// <summary>Status 429 with <c>Retry-After</c>.</summary>
    Throttled,

    /// <summary>Status 503.</summary>
    Unavailable,

    /// <summary>The connection is reset instead of an answer.</summary>
    Reset,

    /// <summary>No answer ever comes; the connection stays open.</summary>
    Silent,

    /// <summary>The answer for an account that does not exist, although this one does.</summary>
    NotFound,

    /// <summary>A good answer, a byte at a time. Whoever waits long enough has a good reading, so it is in the ledger.</summary>
    SlowDrip,

    /// <summary>The JSON is cut: by a closed connection, in a chunked body without an end, or in a body of the right length.</summary>
    Truncated,

    /// <summary>The numbers of another account than the one asked for.</summary>
    WrongPk,

    /// <summary>A count below zero.</summary>
    NegativeCount,

    /// <summary>A count is not there.</summary>
    MissingCount,

    /// <summary>A count is text.</summary>
    NonNumericCount,

    /// <summary>Valid JSON of 10 MB.</summary>
    HugeBody,
}
