using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Training;

/// <summary>What a run would do, known without building its model or writing anything.</summary>
/// <param name="Options">The run.</param>
/// <param name="WorldSize">Ranks that it was asked of.</param>
/// <param name="Sources">What is read of each source.</param>
/// <param name="Overlaps">What sources hold out and others train on; empty for one source.</param>
/// <param name="Memory">Memory of each rank.</param>
public sealed record TrainingPlan(
    RunOptions Options, int WorldSize, IReadOnlyList<SourcePlan> Sources, IReadOnlyList<SourceOverlap> Overlaps,
    MemoryPlan Memory)
{
    /// <summary>Null while the stable phase has no end.</summary>
    public long? TotalTokens => Options.InitialSchedule().EndAfter(0)?.Tokens;

    /// <summary>A last step that is cut short is a whole one; null while the stable phase has no end.</summary>
    public long? Steps => StepsOf(Options);

    /// <summary>Rows of the model that no token reaches; null where there are none.</summary>
    public UnusedRows? UnusedRows { get; init; }

    /// <summary>What the evaluations on tasks cost; no positions where there are none.</summary>
    public required EvaluationCost Tasks { get; init; }

    /// <summary>First and last lane of each rank.</summary>
    public IReadOnlyList<(int First, int Last)> Lanes => [.. Enumerable.Range(0, WorldSize)
        .Select(rank => Options.Parallel.GridFor(WorldSize).LanesOf(rank))
        .Select(lanes => (lanes.First, lanes.First + lanes.Count - 1))];

    /// <summary>Checks everything that training checks before it begins.</summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="problems">Problems that were found before; all are reported at once.</param>
    /// <exception cref="ConfigurationException">Something is wrong, here or before.</exception>
    public static TrainingPlan Make(RunOptions options, int worldSize, ProblemCollector problems)
    {
        var (data, tasks) = RunChecks.OpenWithTasks(options, worldSize, problems);
        using var opened = data;
        return new TrainingPlan(
            options, worldSize, [
                .. data.Sources.Select(source => SourcePlan.Of(
                    options, source.Options, source.Train.SequenceCount, source.HeldOut.SequenceCount)),
            ],
            SourceOverlap.Measure(
                [.. data.Sources.Select(source => (source.Name, source.Train, source.HeldOut))]),
            MemoryPlan.For(options, worldSize))
        {
            Tasks = tasks.Cost,
            UnusedRows = UnusedRows.Of(options.Model.Shape, data.PieceCount, options.Data.SequenceLength),
        };
    }

    /// <summary>Updates of a run's whole schedule; null while its stable phase has no end.</summary>
    public static long? StepsOf(RunOptions options) => options.InitialSchedule().StepsAfter(0);

    /// <summary>
    /// The last step of a run that goes on from a checkpoint, as far as that one knows: the steps before may have had
    /// other batches.
    /// </summary>
    public static long? StepsOf(RunOptions options, CheckpointFolder? start)
    {
        if (start is null)
            return StepsOf(options);
        var state = CheckpointReader.LoadState(start);
        if (RunChecks.BeginsAnew(options, state))
            return StepsOf(options);
        var live = state.Run == options.Name ? state.Schedule?.Live : null;
        return state.Step + (live ?? options.InitialSchedule()).StepsAfter(state.Tokens);
    }
}
