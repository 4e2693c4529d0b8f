namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>What the command line asks of an experiment.</summary>
/// <param name="Name">The first part of the runs' names.</param>
/// <param name="Runs">The folder that they go to.</param>
/// <param name="Ranks">Of each run.</param>
/// <param name="Jobs">Runs beside each other; null for as many as there are cores for.</param>
/// <param name="Hours">Time that there is; null for as much as it takes.</param>
/// <param name="MayRepeat">False where no run may read a document twice: its loss would be of another law.</param>
internal sealed record TunnelRequest(
    string Name, string Runs, int Ranks, int? Jobs, double? Hours, bool MayRepeat);
