using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>
/// The training's side of the service: a board and a log, both in memory, so that no call waits for anybody.
/// </summary>
internal sealed class RunControl(string runName) : IRunControl
{
    public string RunName => runName;

    public StatusBoard Board { get; } = new();

    public RequestLog Requests { get; } = new();

    public RunRequest? Take() => Requests.Take();

    public void Decided(RunRequest request, RunDecision decision)
    {
        ArgumentNullException.ThrowIfNull(request);
        Requests.Decide(request, decision);
    }

    public void Observe(RunStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        Board.Post(status);
    }

    /// <summary>The run is over: watchers end, waiting callers are told.</summary>
    public void End()
    {
        Board.End();
        Requests.Close();
    }
}
