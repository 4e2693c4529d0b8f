using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// The control of runs without a coordinator and of ranks other than 0: no commands come, and nobody reads the status.
/// </summary>
internal sealed class NoRunControl : IRunControl
{
    public static NoRunControl Instance { get; } = new();

    public RunRequest? Take() => null;

    public void Decided(RunRequest request, RunDecision decision) { }

    public void Observe(RunStatus status) { }
}
