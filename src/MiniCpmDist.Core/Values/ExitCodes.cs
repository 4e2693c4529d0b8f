namespace MiniCpmDist.Core.Values;

/// <summary>What a rank's exit code says to whoever started it.</summary>
public static class ExitCodes
{
    public const int Finished = 0;

    /// <summary>Something failed that may not fail the next time.</summary>
    public const int Failure = 1;

    /// <summary>
    /// The configuration, the command line or the data have a problem. Another start would end the same way.
    /// </summary>
    public const int UserProblem = 2;

    /// <summary>
    /// The run cannot go on: it has diverged, a machine spoils its bits again and again, or another world has taken it
    /// over. Another start would end the same way.
    /// </summary>
    public const int Hopeless = 3;

    /// <summary>
    /// The run is saved and not at its end, because its time was used up or a signal asked for it. A queue may start it
    /// again (EX_TEMPFAIL of sysexits.h).
    /// </summary>
    public const int ResumeLater = 75;
}
