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

    public RunCommand? Take() => Requests.Take();

    public void Decided(RunCommand command, long step, string outcome)
    {
        ArgumentNullException.ThrowIfNull(command);
        Requests.Decide(command, new Decision(step, outcome));
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
