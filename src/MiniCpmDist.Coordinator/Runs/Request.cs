using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>A request and, later, its decision.</summary>
internal sealed class Request(RunCommand command)
{
    private readonly TaskCompletionSource<Decision> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunCommand Command => command;

    /// <summary>Faults with <see cref="RunEndedException"/> if the run ends first.</summary>
    public Task<Decision> Decision => _decision.Task;

    public bool Decide(Decision made) => _decision.TrySetResult(made);

    public void Abandon()
    {
        var exception = new RunEndedException($"The run ended before it decided request '{command.RequestId}'.");
        if (_decision.TrySetException(exception))
            _ = _decision.Task.Exception; // Seen here, for nobody may be waiting.
    }
}
