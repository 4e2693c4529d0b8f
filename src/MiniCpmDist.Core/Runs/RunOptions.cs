using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Runs;

/// <summary>A whole run: what <c>run.yaml</c> says, with every default resolved.</summary>
public sealed record RunOptions
{
    public required string Name { get; init; }

    /// <summary>The seed of initial weights and data order.</summary>
    public ulong Seed { get; init; } = 1;

    public required ModelOptions Model { get; init; }

    public required DataOptions Data { get; init; }

    public required ScheduleOptions Schedule { get; init; }

    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The parts of the model that training moves; the others stay as they are.</summary>
    public IReadOnlyList<ModelPart> Trainable { get; init; } = ModelParts.All;

    public ParallelismOptions Parallel { get; init; } = new();

    /// <summary>The device that the model is on.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>The type that the model computes with.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>What computes the model.</summary>
    public KernelSet Kernels { get; init; } = KernelSet.Fused;

    public CheckpointOptions Checkpoint { get; init; } = new();

    public RecoveryOptions Recovery { get; init; } = new();

    public CoordinatorOptions Coordinator { get; init; } = new();

    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>The tasks that the run's model is asked while it trains.</summary>
    public EvaluationOptions Evaluation { get; init; } = new();

    /// <summary>Branches that the run makes by itself; null for none.</summary>
    public BranchScheduleOptions? Branches { get; init; }

    /// <summary>What the run trains for: pre-training, or alignment of a trained model.</summary>
    public AlignmentOptions Alignment { get; init; } = new();

    /// <summary>
    /// A Hugging Face MiniCPM folder that the run takes its initial weights from; null where its seed makes them.
    /// </summary>
    public string? InitFrom { get; init; }

    /// <summary>The checkpoint that a branch starts from; null for a trunk.</summary>
    public ParentOptions? Parent { get; init; }

    /// <summary>What the optimizer moves: the model's parameters, or adapters in their place.</summary>
    public IReadOnlyList<ParameterSpec> TrainedParameters => Alignment.Lora is { } lora
        ? AdapterList.Of(Model.Shape, lora)
        : Model.Shape.SpecsTraining(Trainable);

    /// <summary>The schedule of this configuration, which no command has touched.</summary>
    public LiveSchedule InitialSchedule() => new(
        Schedule,
        (long)Data.SequenceLength * Parallel.MicroBatch,
        [.. Data.Sources.Select(source => new SourceShare(source.Name, source.StableWeight))],
        [.. Data.Sources.Select(source => new SourceShare(source.Name, source.DecayWeight))]);

    /// <summary>This configuration with a schedule and mixture; those of its sources that have no share get
    /// none.</summary>
    public RunOptions With(LiveSchedule live) => this with
    {
        Schedule = live.Options,
        Data = Data with
        {
            Sources =
            [
                .. Data.Sources.Select(source => source with
                {
                    StableWeight = WeightOf(source.Name, live.Stable),
                    DecayWeight = WeightOf(source.Name, live.Decay),
                }),
            ],
        },
    };

    private static long WeightOf(string source, IReadOnlyList<SourceShare> shares) =>
        shares.FirstOrDefault(share => share.Source == source)?.Weight ?? 0;
}
