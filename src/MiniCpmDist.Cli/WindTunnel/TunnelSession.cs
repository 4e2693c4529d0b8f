using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>One experiment that is being trained.</summary>
/// <param name="Options">Its file.</param>
/// <param name="Name">The first part of the runs' names.</param>
/// <param name="Runs">The folder of the runs.</param>
/// <param name="Plan">The runs.</param>
/// <param name="Screen">Where sentences go.</param>
internal sealed record TunnelSession(
    TunnelOptions Options, string Name, string Runs, IReadOnlyList<PlannedRun> Plan, Screen Screen)
{
    public required TunnelRunner Runner { get; init; }

    /// <summary>The run file that gets what the experiment finds; null for none.</summary>
    public string? Recipe { get; init; }

    /// <summary>True for a run of this experiment. Others in the folder may have names that begin alike.</summary>
    public bool Has(string run) => Plan.Any(planned => planned.Name == run);

    /// <summary>Trains what the plan has, and shows what came out of it.</summary>
    /// <returns>Zero, or the exit code of the run that did not come to its end.</returns>
    public int TrainThen(Action show)
    {
        if (Runner.Run(Plan) is not 0 and var code)
            return code;
        Screen.Headline("What the runs say");
        show();
        return 0;
    }
}
