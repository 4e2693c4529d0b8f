namespace MiniCpmDist.Core.Values;

/// <summary>What a rank's exit code says to whoever started it.</summary>
public static class ExitCodes
{
    public const int Finished = 0;

    /// <summary>Something failed that may not fail the next time.</summary>
    public const int Failure = 1;

    /// <summary>Of the configuration, the command line, the data: started again it would be the same.</summary>
    public const int UserProblem = 2;

    /// <summary>
    /// Of the run: it has diverged, a machine spoils its bits again and again, or another world has taken it over.
    /// Started again it would be the same.
    /// </summary>
    public const int Hopeless = 3;

    /// <summary>
    /// The run is saved and not at its end, because its time was used up or a signal asked for it: a queue may start
    /// it again (EX_TEMPFAIL of sysexits.h).
    /// </summary>
    public const int ResumeLater = 75;
}
