using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Protocol;

/// <summary>A run's status as the record that the program uses and as the message that travels.</summary>
public static class RunStatusConversion
{
    public static V1.RunStatus ToMessage(RunStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new V1.RunStatus
        {
            Name = status.Name,
            Step = status.Step,
            TotalSteps = status.TotalSteps,
            Tokens = status.Tokens,
            Loss = status.Loss,
            LearningRate = status.LearningRate,
            TokenBatch = status.TokenBatch,
            Phase = ToMessage(status.Phase),
            TokensPerSecond = status.TokensPerSecond,
            WorldSize = status.WorldSize,
            LastCheckpointStep = status.LastCheckpointStep,
        };
    }

    /// <exception cref="FormatException">The phase is one that this version does not know.</exception>
    public static RunStatus ToRecord(V1.RunStatus message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new RunStatus(
            message.Name,
            message.Step,
            message.TotalSteps,
            message.Tokens,
            message.Loss,
            message.LearningRate,
            message.TokenBatch,
            ToRecord(message.Phase),
            message.TokensPerSecond,
            message.WorldSize,
            message.LastCheckpointStep);
    }

    private static V1.Phase ToMessage(PhaseKind phase) => phase switch
    {
        PhaseKind.Warmup => V1.Phase.Warmup,
        PhaseKind.Stable => V1.Phase.Stable,
        PhaseKind.Decay => V1.Phase.Decay,
        PhaseKind.Cosine => V1.Phase.Cosine,
        _ => throw new ArgumentOutOfRangeException(
            nameof(phase), phase, "This phase has no place in run_status.proto."),
    };

    private static PhaseKind ToRecord(V1.Phase phase) => phase switch
    {
        V1.Phase.Warmup => PhaseKind.Warmup,
        V1.Phase.Stable => PhaseKind.Stable,
        V1.Phase.Decay => PhaseKind.Decay,
        V1.Phase.Cosine => PhaseKind.Cosine,
        _ => throw new FormatException(
            $"The run is in phase {phase}, which this version does not know: update minicpm."),
    };
}
