using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>A request and, later, its decision.</summary>
internal sealed class Request(RunRequest asked)
{
    private readonly TaskCompletionSource<RunDecision> _decision =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunRequest Asked => asked;

    /// <summary>Fails with <see cref="RequestLeftException"/> if the service ends first.</summary>
    public Task<RunDecision> Decision => _decision.Task;

    public bool Decide(RunDecision made) => _decision.TrySetResult(made);

    public void Leave(string why)
    {
        if (_decision.TrySetException(new RequestLeftException($"{why} before it decided request '{asked.Id}'.")))
            _ = _decision.Task.Exception; // Seen here, for nobody may be waiting.
    }
}
