using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>A run's status as the record that the program uses and as the message that travels.</summary>
public static class RunStatusConversion
{
    private static readonly (PhaseKind Value, V1.Phase Message)[] s_phases =
    [
        (PhaseKind.Warmup, V1.Phase.Warmup),
        (PhaseKind.Stable, V1.Phase.Stable),
        (PhaseKind.Decay, V1.Phase.Decay),
        (PhaseKind.Cosine, V1.Phase.Cosine),
    ];

    public static V1.RunStatus ToMessage(RunStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var message = new V1.RunStatus
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
            Schedule = status.Schedule is { } schedule ? ScheduleConversion.ToMessage(schedule) : null,
            IsPaused = status.IsPaused,
        };
        message.Sources.AddRange(status.Sources.Select(loss => new V1.SourceLoss
        {
            Source = loss.Source,
            Loss = loss.Loss,
            BitsPerByte = loss.BitsPerByte,
            Tokens = loss.Tokens,
        }));
        return message;
    }

    /// <exception cref="FormatException">A word is one that this version does not know.</exception>
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
            message.LastCheckpointStep)
        {
            Schedule = message.Schedule is { } schedule ? ScheduleConversion.ToRecord(schedule) : null,
            IsPaused = message.IsPaused,
            // The empty list is one object, so that statuses without sources are equal.
            Sources = message.Sources.Count == 0 ? [] :
            [
                .. message.Sources.Select(loss =>
                    new SourceLoss(loss.Source, loss.Loss, loss.BitsPerByte, loss.Tokens)),
            ],
        };
    }

    internal static V1.Phase ToMessage(PhaseKind phase) => Words.Message(s_phases, phase);

    internal static PhaseKind ToRecord(V1.Phase phase) => Words.Value(s_phases, phase);
}
