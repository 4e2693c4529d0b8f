using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The sections of a run and what they have to do with each other.</summary>
internal sealed class RunFileReader(YamlSection root, string source)
{
    private const string StandIn = "nano";
    private const int MaximumSequenceLength = 1 << 24;

    /// <summary>The run, or null where its data are not known; faults are collected, not thrown.</summary>
    public RunOptions? Read(bool nameCounts)
    {
        var name = root.Text("name") ?? Path.GetFileNameWithoutExtension(source);
        root.Require(
            !nameCounts || RunName.IsValid(name), "name", RunName.Expectation, $"`{name}`",
            "write such as `name: first-run`, or give such as --name first-run");
        var seed = root.Whole<ulong>("seed", 1, 0);
        var model = ModelReader.Read(root);
        var data = root.Section("data");
        var schedule = root.Section("schedule");
        var parallelSection = root.Section("parallel");
        var parallel = ParallelReader.Read(parallelSection);
        var precision = root.Choice("precision", Precision.Float32, ParallelWords.Precisions);
        var device = root.Choice("device", ComputeDevice.Cpu, ParallelWords.Devices);
        var kernels = Kernels(device, precision);
        var sequenceLength = data.Whole("sequence_length", 4096, 1, MaximumSequenceLength);
        var shapeIsKnown = !data.IsFaulty("sequence_length") && !parallelSection.IsFaulty("micro_batch");
        var tokenBatch = shapeIsKnown
            ? ScheduleReader.TokenBatch(schedule, sequenceLength, parallel.MicroBatch)
            : ScheduleReader.TokenBatch(schedule, sequenceLength: 1, microBatch: 1);
        var unit = shapeIsKnown ? (long)sequenceLength * parallel.MicroBatch : 1;
        var scheduleOptions = ScheduleReader.Read(schedule, tokenBatch, unit);
        var axis = scheduleOptions.StableIsOpen
            ? TokenAxis.Open(tokenBatch)
            : new TokenAxis(tokenBatch, scheduleOptions.Warmup + scheduleOptions.Stable + scheduleOptions.Decay);
        var dataOptions = DataReader.Read(data, sequenceLength, axis);
        var optimizer = OptimizerReader.Read(root);
        var checkpoint = CheckpointOptionsReader.Read(root.Section("checkpoint"), axis);
        var recovery = RecoveryReader.Read(root.Section("recovery"), axis);
        var branches = LadderReader.Read(
            root, (model?.Shape ?? ModelPresets.All[StandIn]).NonEmbeddingParameters);
        root.Require(
            branches is null || !RunName.IsValid(name) || RunName.IsValid(LadderOptions.NameOf(name, long.MaxValue)),
            "name", "a name to which a branch's step can be added, for `branches`", $"{name.Length} characters",
            $"take at most {RunName.Longest - LadderOptions.NameOf("", long.MaxValue).Length}");
        var coordinator = CoordinatorReader.Read(root.Section("coordinator"));
        var telemetry = TelemetryReader.Read(root.Section("telemetry"));
        var initFrom = root.Text("init_from", "the folder of a Hugging Face MiniCPM model");
        var parent = Parent();
        root.Require(
            initFrom is null || parent is null, "init_from", "either `init_from` or `parent`", "both",
            "remove it: a branch begins with its parent's weights");
        if (dataOptions is not null && scheduleOptions.Batches.Law?.Source is { } lawSource)
        {
            schedule.Require(
                dataOptions.Sources.Any(source => source.Name == lawSource), "batch_law",
                $"one of the run's sources: {string.Join(", ", dataOptions.Sources.Select(source => source.Name))}",
                $"`{lawSource}`", "name one of them in `source`, or none");
        }
        root.Finish();
        return dataOptions is null ? null : new RunOptions
        {
            Name = name,
            Seed = seed,
            // A wrong model is a fault by now; a stand-in lets everything else be checked.
            Model = model ?? new ModelOptions(StandIn, ModelPresets.All[StandIn]),
            Data = dataOptions,
            Schedule = scheduleOptions,
            Optimizer = optimizer,
            Parallel = parallel,
            Device = device,
            Precision = precision,
            Kernels = kernels,
            Checkpoint = checkpoint,
            Recovery = recovery,
            Branches = branches,
            Coordinator = coordinator,
            Telemetry = telemetry,
            InitFrom = initFrom,
            Parent = parent,
        };
    }

    private KernelSet Kernels(ComputeDevice device, Precision precision)
    {
        var canFuse = device == ComputeDevice.Cpu && precision == Precision.Float32;
        var kernels = root.Choice("kernels", canFuse ? KernelSet.Fused : KernelSet.Plain, KernelWords.All);
        root.Require(
            canFuse || kernels == KernelSet.Plain, "kernels",
            $"plain kernels with `device: {ParallelWords.Of(device)}` and `precision: {ParallelWords.Of(precision)}`",
            $"`{KernelWords.Of(kernels)}`", "write `kernels: plain`, or nothing");
        return kernels;
    }

    private ParentOptions? Parent()
    {
        if (!root.Has("parent"))
        {
            // Asking for it makes it a known key.
            root.Node("parent");
            return null;
        }
        var section = root.Section("parent");
        var run = section.RequiredText("run", "the folder of the run that this one branches from", "../trunk");
        var step = section.Whole("step", 0L, 1L);
        if (!section.Has("step"))
            section.Fault("step", "the step of one of its checkpoints", "nothing", "write such as `parent.step: 400`");
        section.Finish();
        return new ParentOptions(run ?? "", step);
    }
}
