namespace MiniCpmDist.Cli.Supervision;

/// <summary>Those who carry out commands of minicpm that train one run each.</summary>
internal interface IRunWorkers
{
    /// <summary>How many more runs can begin now.</summary>
    int Free { get; }

    /// <summary>True where what the runs say goes to files and not to the screen.</summary>
    bool AreQuiet { get; }

    /// <summary>True once somebody has asked for the end: runs save and end, and none should begin.</summary>
    bool IsEndAsked { get; }

    /// <summary>Begins a run; only where somebody is free.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="arguments">Of minicpm.</param>
    void Begin(string run, string[] arguments);

    /// <summary>Waits until one of the runs has ended.</summary>
    /// <returns>Its name and its exit code.</returns>
    (string Run, int ExitCode) Wait();
}
