namespace MiniCpmDist.Protocol;

/// <summary>Why a run could not be watched or steered.</summary>
public enum RunControlFailure
{
    /// <summary>Nobody answers at the address, or the connection broke.</summary>
    Unreachable,

    /// <summary>Somebody answers, but not in time.</summary>
    TimedOut,

    /// <summary>Something else than a run answers.</summary>
    NotARun,

    /// <summary>The run has ended and decides nothing any more.</summary>
    Ended,

    /// <summary>The run does not accept the request.</summary>
    Refused,
}
