using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Protocol;

/// <summary>A command as the record that the program uses and as the message that travels.</summary>
public static class RunCommandConversion
{
    private static readonly (LearningRateRule Value, V1.LearningRateRule Message)[] s_rules =
    [
        (LearningRateRule.None, V1.LearningRateRule.None),
        (LearningRateRule.Sqrt, V1.LearningRateRule.Sqrt),
        (LearningRateRule.Linear, V1.LearningRateRule.Linear),
    ];

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
                LearningRateRule = Words.Message(s_rules, change.Rule),
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
                Length = ToMessage(change.Length),
                Shape = change.Shape is { } shape ? ScheduleConversion.ToMessage(shape) : default,
            },
        },
        RunCommand.ExtendStable change => new V1.RunCommand
        {
            ExtendStable = new V1.RunCommand.Types.ExtendStable { By = ToMessage(change.By) },
        },
        RunCommand.Branch change => new V1.RunCommand
        {
            Branch = new V1.RunCommand.Types.Branch
            {
                Name = change.Name,
                Decay = ToMessage(change.Decay),
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
                : Words.Value(s_rules, message.SetTokenBatch.LearningRateRule)),
        V1.RunCommand.KindOneofCase.SetMixture => new RunCommand.SetMixture(
            RunStatusConversion.ToRecord(message.SetMixture.Phase),
            ScheduleConversion.ToRecords(message.SetMixture.Shares)),
        V1.RunCommand.KindOneofCase.BeginDecay => new RunCommand.BeginDecay(
            ToRecord(message.BeginDecay.Length),
            message.BeginDecay.Shape == V1.DecayShape.Unspecified
                ? null
                : ScheduleConversion.ToRecord(message.BeginDecay.Shape)),
        V1.RunCommand.KindOneofCase.ExtendStable => new RunCommand.ExtendStable(ToRecord(message.ExtendStable.By)),
        V1.RunCommand.KindOneofCase.Branch => new RunCommand.Branch(
            message.Branch.Name,
            ToRecord(message.Branch.Decay)
                ?? throw new FormatException(
                    "branch.decay: expected a length, found nothing; set such as `percent: 10`."),
            message.Branch.Launch),
        _ => throw new FormatException(
            "command: expected one of the commands, found none that this version knows: set one, or update minicpm."),
    };

    private static V1.Length? ToMessage(Extent? length) => length switch
    {
        null => null,
        { Unit: ExtentUnit.Tokens } tokens => new V1.Length { Tokens = (long)tokens.Amount },
        { Unit: ExtentUnit.Steps } steps => new V1.Length { Steps = (long)steps.Amount },
        { } percent => new V1.Length { Percent = percent.Amount },
    };

    private static Extent? ToRecord(V1.Length? length) => length?.UnitCase switch
    {
        null => null,
        V1.Length.UnitOneofCase.Tokens when length.Tokens >= 0 => Extent.OfTokens(length.Tokens),
        V1.Length.UnitOneofCase.Steps when length.Steps >= 0 => Extent.OfSteps(length.Steps),
        V1.Length.UnitOneofCase.Percent when length.Percent >= 0 => Extent.OfPercent(length.Percent),
        _ => throw new FormatException(
            $"Expected a length of zero or more, found `{length}`; set one of tokens, steps and percent."),
    };
}
