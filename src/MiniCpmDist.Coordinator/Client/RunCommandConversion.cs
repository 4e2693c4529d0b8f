using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>A command as the record that the program uses and as the message that travels.</summary>
public static class RunCommandConversion
{
    public static V1.RunCommand ToMessage(RunCommand command) => command switch
    {
        RunCommand.Checkpoint => new V1.RunCommand { Checkpoint = new V1.RunCommand.Types.Checkpoint() },
        RunCommand.Stop => new V1.RunCommand { Stop = new V1.RunCommand.Types.Stop() },
        RunCommand.Pause => new V1.RunCommand { Pause = new V1.RunCommand.Types.Pause() },
        RunCommand.Continue => new V1.RunCommand { Continue = new V1.RunCommand.Types.Continue() },
        RunCommand.SetLearningRate change => new V1.RunCommand
        {
            SetLearningRate = new V1.RunCommand.Types.SetLearningRate { LearningRate = change.LearningRate },
        },
        RunCommand.SetTokenBatch change => new V1.RunCommand
        {
            SetTokenBatch = new V1.RunCommand.Types.SetTokenBatch
            {
                Tokens = change.Tokens,
                LearningRateRule = ScheduleConversion.ToMessage(change.Rule),
            },
        },
        RunCommand.SetMixture change => new V1.RunCommand
        {
            SetMixture = new V1.RunCommand.Types.SetMixture
            {
                Phase = RunStatusConversion.ToMessage(change.Phase),
                Shares = { ScheduleConversion.ToMessages(change.Shares) },
            },
        },
        RunCommand.BeginDecay change => new V1.RunCommand
        {
            BeginDecay = new V1.RunCommand.Types.BeginDecay
            {
                Length = LengthConversion.ToMessage(change.Length),
                Shape = change.Shape is { } shape ? ScheduleConversion.ToMessage(shape) : default,
            },
        },
        RunCommand.ExtendStable change => new V1.RunCommand
        {
            ExtendStable = new V1.RunCommand.Types.ExtendStable { By = LengthConversion.ToMessage(change.By) },
        },
        RunCommand.Branch change => new V1.RunCommand
        {
            Branch = new V1.RunCommand.Types.Branch
            {
                Name = change.Name,
                Decay = LengthConversion.ToMessage(change.Decay),
                Launch = change.Launch,
            },
        },
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "A command without a message."),
    };

    /// <exception cref="FormatException">No command is set, or a part of it cannot be understood.</exception>
    public static RunCommand ToRecord(V1.RunCommand? message) => message?.KindCase switch
    {
        V1.RunCommand.KindOneofCase.Checkpoint => new RunCommand.Checkpoint(),
        V1.RunCommand.KindOneofCase.Stop => new RunCommand.Stop(),
        V1.RunCommand.KindOneofCase.Pause => new RunCommand.Pause(),
        V1.RunCommand.KindOneofCase.Continue => new RunCommand.Continue(),
        V1.RunCommand.KindOneofCase.SetLearningRate =>
            new RunCommand.SetLearningRate(message.SetLearningRate.LearningRate),
        V1.RunCommand.KindOneofCase.SetTokenBatch => new RunCommand.SetTokenBatch(
            message.SetTokenBatch.Tokens,
            message.SetTokenBatch.LearningRateRule == V1.LearningRateRule.Unspecified
                ? LearningRateRule.None
                : ScheduleConversion.ToRecord(message.SetTokenBatch.LearningRateRule)),
        V1.RunCommand.KindOneofCase.SetMixture => new RunCommand.SetMixture(
            RunStatusConversion.ToRecord(message.SetMixture.Phase),
            ScheduleConversion.ToRecords(message.SetMixture.Shares)),
        V1.RunCommand.KindOneofCase.BeginDecay => new RunCommand.BeginDecay(
            LengthConversion.ToRecord(message.BeginDecay.Length),
            message.BeginDecay.Shape == V1.DecayShape.Unspecified
                ? null
                : ScheduleConversion.ToRecord(message.BeginDecay.Shape)),
        V1.RunCommand.KindOneofCase.ExtendStable => new RunCommand.ExtendStable(
            LengthConversion.ToRecord(message.ExtendStable.By)),
        V1.RunCommand.KindOneofCase.Branch => new RunCommand.Branch(
            message.Branch.Name,
            LengthConversion.ToRecord(message.Branch.Decay)
                ?? throw new FormatException(
                    "branch.decay: expected a length, found nothing; set such as `percent: 10`."),
            message.Branch.Launch),
        _ => throw new FormatException(
            "command: expected one of the commands, found none that this version knows: set one, or update minicpm."),
    };

}
