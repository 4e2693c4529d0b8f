using MiniCpmDist.Cli.Launching;

namespace MiniCpmDist.Cli.Commands;

/// <summary>How a run that a command makes is started.</summary>
/// <param name="Launcher">What starts it.</param>
/// <param name="Ranks">World size.</param>
/// <param name="PrintOnly">Nothing is made or started.</param>
internal sealed record LaunchedStart(IPrintingLauncher Launcher, int Ranks, bool PrintOnly);
