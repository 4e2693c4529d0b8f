namespace MiniCpmDist.Coordinator.Client;

/// <summary>Why a run could not be watched or steered.</summary>
public enum RunControlFailure
{
    /// <summary>Nobody answers at the address, or the connection broke.</summary>
    Unreachable,

    /// <summary>Somebody answers, but not in time.</summary>
    TimedOut,

    /// <summary>Something else than a coordinator answers.</summary>
    NotARun,

    /// <summary>The run has ended and decides nothing any more.</summary>
    Ended,

    /// <summary>The request is not accepted, and the sentence says what would be.</summary>
    Refused,
}
