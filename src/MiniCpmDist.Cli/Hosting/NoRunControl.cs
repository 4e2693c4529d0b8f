using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>For runs without a coordinator and for ranks other than 0: nobody commands, nobody listens.</summary>
internal sealed class NoRunControl : IRunControl
{
    public static NoRunControl Instance { get; } = new();

    public RunRequest? Take() => null;

    public void Decided(RunRequest request, RunDecision decision) { }

    public void Observe(RunStatus status) { }
}
