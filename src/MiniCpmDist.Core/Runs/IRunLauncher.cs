namespace MiniCpmDist.Core.Runs;

/// <summary>
/// The port through which a branch is started: on this host, or by whatever schedules jobs on a cluster. What is
/// started outlives the process that started it.
/// </summary>
public interface IRunLauncher
{
    /// <summary>Starts a run, or has it queued.</summary>
    /// <param name="runFolder">A run that <c>minicpm resume</c> would train.</param>
    /// <param name="ranks">World size; fits the run's lanes.</param>
    /// <returns>Where it is and how to look after it, in words.</returns>
    /// <exception cref="IOException">It could not be started; the run can still be resumed by hand.</exception>
    string Launch(string runFolder, int ranks);
}
