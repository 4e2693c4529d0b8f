using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Schedules;
using Kind = MiniCpmDist.Coordinator.V1.RunCommand.KindOneofCase;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>A command as the record that the program uses and as the message that travels.</summary>
public static class RunCommandConversion
{
    private static readonly IReadOnlyList<Form> s_forms =
    [
        Form.Of(
            Kind.Checkpoint, (RunCommand.Checkpoint _, V1.RunCommand to) => to.Checkpoint = new(),
            _ => new RunCommand.Checkpoint()),
        Form.Of(
            Kind.Stop, (RunCommand.Stop _, V1.RunCommand to) => to.Stop = new(), _ => new RunCommand.Stop()),
        Form.Of(
            Kind.Pause, (RunCommand.Pause _, V1.RunCommand to) => to.Pause = new(), _ => new RunCommand.Pause()),
        Form.Of(
            Kind.Continue, (RunCommand.Continue _, V1.RunCommand to) => to.Continue = new(),
            _ => new RunCommand.Continue()),
        Form.Of(
            Kind.SetLearningRate,
            (RunCommand.SetLearningRate change, V1.RunCommand to) => to.SetLearningRate = new()
            {
                LearningRate = change.LearningRate,
            },
            from => new RunCommand.SetLearningRate(from.SetLearningRate.LearningRate)),
        Form.Of(
            Kind.SetTokenBatch,
            (RunCommand.SetTokenBatch change, V1.RunCommand to) => to.SetTokenBatch = new()
            {
                Tokens = change.Tokens,
                LearningRateRule = ScheduleConversion.ToMessage(change.Rule),
            },
            from => new RunCommand.SetTokenBatch(
                from.SetTokenBatch.Tokens,
                from.SetTokenBatch.LearningRateRule == V1.LearningRateRule.Unspecified
                    ? LearningRateRule.None
                    : ScheduleConversion.ToRecord(from.SetTokenBatch.LearningRateRule))),
        Form.Of(
            Kind.SetMixture,
            (RunCommand.SetMixture change, V1.RunCommand to) => to.SetMixture = new()
            {
                Phase = RunStatusConversion.ToMessage(change.Phase),
                Shares = { ScheduleConversion.ToMessages(change.Shares) },
            },
            from => new RunCommand.SetMixture(
                RunStatusConversion.ToRecord(from.SetMixture.Phase),
                ScheduleConversion.ToRecords(from.SetMixture.Shares))),
        Form.Of(
            Kind.BeginDecay,
            (RunCommand.BeginDecay change, V1.RunCommand to) => to.BeginDecay = new()
            {
                Length = LengthConversion.ToMessage(change.Length),
                Shape = change.Shape is { } shape ? ScheduleConversion.ToMessage(shape) : default,
            },
            from => new RunCommand.BeginDecay(
                LengthConversion.ToRecord(from.BeginDecay.Length),
                from.BeginDecay.Shape == V1.DecayShape.Unspecified
                    ? null
                    : ScheduleConversion.ToRecord(from.BeginDecay.Shape))),
        Form.Of(
            Kind.ExtendStable,
            (RunCommand.ExtendStable change, V1.RunCommand to) => to.ExtendStable = new()
            {
                By = LengthConversion.ToMessage(change.By),
            },
            from => new RunCommand.ExtendStable(LengthConversion.ToRecord(from.ExtendStable.By))),
        Form.Of(
            Kind.Branch,
            (RunCommand.Branch change, V1.RunCommand to) => to.Branch = new()
            {
                Name = change.Name,
                Decay = LengthConversion.ToMessage(change.Decay),
                Launch = change.Launch,
            },
            from => new RunCommand.Branch(
                from.Branch.Name,
                LengthConversion.ToRecord(from.Branch.Decay) ?? throw new FormatException(
                    "branch.decay: expected a length, found nothing; set such as `percent: 10`."),
                from.Branch.Launch)),
    ];

    public static V1.RunCommand ToMessage(RunCommand command)
    {
        var form = s_forms.FirstOrDefault(form => form.Command == command.GetType())
            ?? throw new ArgumentOutOfRangeException(nameof(command), command, "A command without a message.");
        var message = new V1.RunCommand();
        form.Write(command, message);
        return message;
    }

    /// <exception cref="FormatException">No command is set, or a part of it cannot be understood.</exception>
    public static RunCommand ToRecord(V1.RunCommand? message) =>
        message is not null && s_forms.FirstOrDefault(form => form.Kind == message.KindCase) is { } form
            ? form.Read(message)
            : throw new FormatException(
                "command: expected one of the commands, found none that this version knows: set one, "
                + "or update minicpm.");

    /// <summary>Both directions of one command.</summary>
    private sealed record Form(
        Type Command, Kind Kind, Action<RunCommand, V1.RunCommand> Write, Func<V1.RunCommand, RunCommand> Read)
    {
        public static Form Of<T>(Kind kind, Action<T, V1.RunCommand> write, Func<V1.RunCommand, T> read)
            where T : RunCommand => new(typeof(T), kind, (command, message) => write((T)command, message), read);
    }
}
