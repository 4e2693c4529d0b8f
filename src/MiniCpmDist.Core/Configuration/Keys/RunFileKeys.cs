using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Runs.RunOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>
/// A whole run file. Data, schedule and parallel depend on each other: <see cref="RunFileReader"/> reads them
/// together.
/// </summary>
internal static class RunFileKeys
{
    public const string Name = "name";
    public const string Data = "data";
    public const string Parallel = "parallel";
    public const string InitFrom = "init_from";
    public const string Parent = "parent";

    private const string Kernels = "kernels";
    private const string Branches = "branches";
    private const string InitFromExpected = "the folder of a Hugging Face MiniCPM model";

    public static KeyTable<RunOptions> Table { get; } = new(
        Key.Special(
            Name, KeyRule.Fixed("the run's checkpoints carry it"), RunName.Expectation, "what the run is called",
            (o, text) => text.Line(Name, YamlScalar.Of(o.Name))),
        Key.Whole(
            "seed", o => o.Seed, (o, v) => o with { Seed = v }, 0UL, KeyRule.Order,
            "of initial weights and data order"),
        Key.Section("model", o => o.Model, ModelKeys.Table) with
        {
            Read = (o, root, _) => o with { Model = ModelKeys.Read(root) ?? o.Model },
        },
        Key.Section(Data, o => o.Data, DataKeys.Table) with { Read = (o, root, _) => RunFileReader.ReadSteps(o, root) },
        Key.Section(ScheduleKeys.Section, o => o.Schedule, ScheduleKeys.Table),
        Key.Section(
            "optimizer", o => o.Optimizer, (o, v) => o with { Optimizer = v }, OptimizerKeys.Table,
            new OptimizerOptions()),
        TrainableKey.Row,
        Key.Section(Parallel, o => o.Parallel, ParallelKeys.Table),
        Key.Choice(
            "device", o => o.Device, (o, v) => o with { Device = v }, ParallelWords.Devices, KeyRule.Machine,
            "where the model is"),
        Key.Choice(
            "precision", o => o.Precision, (o, v) => o with { Precision = v }, ParallelWords.Precisions,
            KeyRule.Forward, "the type that the model computes with")
            .HeldAs(o => ParallelWords.Of(o.Precision)).Before(ParallelWords.Of(Precision.Float32)),
        Key.Special(
            Kernels, KeyRule.Sums, string.Join(" or ", KernelWords.All.Select(entry => $"`{entry.Word}`")),
            "what computes the model", (o, text) => text.Line(Kernels, KernelWords.Of(o.Kernels)),
            (o, root, _) => o with { Kernels = ReadKernels(root, o) })
            .HeldAs(o => KernelWords.Of(o.Kernels)).Before(KernelWords.Of(KernelSet.Plain)),
        Key.Section(
            "checkpoint", o => o.Checkpoint, (o, v) => o with { Checkpoint = v }, CheckpointKeys.Table,
            new CheckpointOptions()),
        Key.Section(
            "recovery", o => o.Recovery, (o, v) => o with { Recovery = v }, RecoveryKeys.Table,
            RecoveryKeys.Standard),
        Key.Section(Branches, o => o.Branches, BranchScheduleKeys.Table) with
        {
            Read = (o, root, _) => o with
            {
                Branches = BranchScheduleKeys.Read(root, Branches, o.Model.Shape.NonEmbeddingParameters),
            },
        },
        Key.Section(
            "coordinator", o => o.Coordinator, (o, v) => o with { Coordinator = v }, CoordinatorKeys.Table,
            new CoordinatorOptions()),
        Key.Section(
            "telemetry", o => o.Telemetry, (o, v) => o with { Telemetry = v }, TelemetryKeys.Table,
            new TelemetryOptions()),
        Key.Section(
            EvaluationKeys.Section, o => o.Evaluation, (o, v) => o with { Evaluation = v }, EvaluationKeys.Table,
            new EvaluationOptions()) with
        {
            Write = WriteEvaluation,
        },
        Key.Section(
            AlignmentKeys.Section, o => o.Alignment, (o, v) => o with { Alignment = v }, AlignmentKeys.Table,
            new AlignmentOptions()) with
        {
            Write = WriteAlignment,
        },
        Key.Special(
            InitFrom, KeyRule.StartOnly, InitFromExpected, "where the initial weights are, if the seed makes none",
            WriteInitFrom, (o, root, _) => o with { InitFrom = root.Text(InitFrom, InitFromExpected) }),
        Key.Section(Parent, o => o.Parent, ParentKeys.Table) with
        {
            Read = (o, root, _) => root.Has(Parent)
                ? o with
                {
                    Parent = ParentKeys.Table.Read(
                        ParentKeys.Table.Open(root, Parent), new ParentOptions("", 0)),
                }
                : o,
        })
    {
        Axis = options => TokenAxis.Of(options.Schedule),
        Complete = Check,
    };

    private static RunOptions Check(RunOptions options, YamlSection root)
    {
        root.Require(
            options.Branches is null || !RunName.IsValid(options.Name)
            || RunName.IsValid(BranchScheduleOptions.NameOf(options.Name, long.MaxValue)),
            Name, "a name to which a branch's step can be added, for `branches`",
            $"{options.Name.Length} characters",
            $"take at most {RunName.Longest - BranchScheduleOptions.NameOf("", long.MaxValue).Length}");
        root.Require(
            options.InitFrom is null || options.Parent is null, InitFrom, "either `init_from` or `parent`", "both",
            "remove it: a branch begins with its parent's weights");
        ContextRules.Check(options, root);
        LoraKeys.Check(options.Alignment, options.Model.Shape, root);
        root.Require(
            options.Alignment.Lora is null || options.Trainable.Count == ModelParts.All.Count, TrainableKey.Name,
            "no such key beside adapters, which alone are trained", ModelParts.Text(options.Trainable), "remove it");
        return options;
    }

    private static KernelSet ReadKernels(YamlSection root, RunOptions options)
    {
        var canFuse = options is { Device: ComputeDevice.Cpu, Precision: Precision.Float32 };
        var kernels = root.Choice(Kernels, canFuse ? KernelSet.Fused : KernelSet.Plain, KernelWords.All);
        root.Require(
            canFuse || kernels == KernelSet.Plain, Kernels,
            $"plain kernels with `device: {ParallelWords.Of(options.Device)}` "
            + $"and `precision: {ParallelWords.Of(options.Precision)}`",
            $"`{KernelWords.Of(kernels)}`", "write `kernels: plain`, or nothing");
        return kernels;
    }

    private static void WriteAlignment(RunOptions options, RunFileText text)
    {
        if (options.Alignment.Method != AlignmentMethod.None)
            text.Section(AlignmentKeys.Section, () => AlignmentKeys.Table.Write(options.Alignment, text));
    }

    private static void WriteEvaluation(RunOptions options, RunFileText text)
    {
        if (options.Evaluation.Tasks.Count > 0)
            text.Section(EvaluationKeys.Section, () => EvaluationKeys.Table.Write(options.Evaluation, text));
    }

    private static void WriteInitFrom(RunOptions options, RunFileText text)
    {
        if (options.InitFrom is { } folder)
            text.Line(InitFrom, YamlScalar.Of(folder));
    }
}
