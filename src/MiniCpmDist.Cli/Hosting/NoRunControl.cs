using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>For runs without a coordinator and for ranks other than 0: nobody commands, nobody listens.</summary>
internal sealed class NoRunControl : IRunControl
{
    public static NoRunControl Instance { get; } = new();

    public RunCommand? Take() => null;

    public void Decided(RunCommand command, long step, string outcome) { }

    public void Observe(RunStatus status) { }
}
