using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Runs.Replay;

/// <summary>
/// Gives a run the commands that a segment of another run was given, at the same steps and under the same names, and
/// then stops it.
/// </summary>
public sealed class ReplayControl(ReplaySegment segment) : IRunControl
{
    private readonly Queue<(long Step, RunRequest Request)> _commands = new(segment.Commands);
    private readonly List<string> _refusals = [];
    private long _step = segment.FromStep;
    private bool _hasStopped;

    /// <summary>
    /// Why commands were not accepted that the other run accepted; empty where all goes as it went there.
    /// </summary>
    public IReadOnlyList<string> Refusals => _refusals;

    public RunRequest? Take()
    {
        if (_commands.TryPeek(out var next) && next.Step <= _step && _step < segment.ToStep)
            return _commands.Dequeue().Request;
        if (_step < segment.ToStep || _hasStopped)
            return null;
        _hasStopped = true;
        return new RunRequest($"end-of-replay-{segment.ToStep}", new RunCommand.Stop());
    }

    public void Decided(RunRequest request, RunDecision decision)
    {
        if (!decision.Accepted)
            _refusals.Add($"step {decision.Step}, {RunCommandFields.NameOf(request.Command)}: {decision.Outcome}");
    }

    public void Observe(RunStatus status) => _step = status.Step;
}
