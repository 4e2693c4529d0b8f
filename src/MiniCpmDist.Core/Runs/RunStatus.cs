using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Runs;

/// <summary>Where a run stands after a step, for whoever watches from outside.</summary>
/// <param name="Name">Of the run.</param>
/// <param name="Step">Updates done.</param>
/// <param name="TotalSteps">Updates of the whole schedule; 0 while the end of the stable phase is open.</param>
/// <param name="Tokens">Sequence positions consumed.</param>
/// <param name="Loss">Of the last step, nats per token.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="TokenBatch">Tokens of the last step.</param>
/// <param name="Phase">Of the last step.</param>
/// <param name="TokensPerSecond">Of the last step, all ranks together.</param>
/// <param name="WorldSize">Ranks.</param>
/// <param name="LastCheckpointStep">0 where none has been saved since the start of this attempt.</param>
public sealed record RunStatus(
    string Name, long Step, long TotalSteps, long Tokens, double Loss, double LearningRate, long TokenBatch,
    PhaseKind Phase,
    double TokensPerSecond, int WorldSize, long LastCheckpointStep)
{
    /// <summary>The schedule that the next step follows; null from a run that is too old to say it.</summary>
    public LiveSchedule? Schedule { get; init; }

    /// <summary>True while the run waits between two steps, as it was told.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The losses of the last step by source.</summary>
    public IReadOnlyList<SourceLoss> Sources { get; init; } = [];
}
