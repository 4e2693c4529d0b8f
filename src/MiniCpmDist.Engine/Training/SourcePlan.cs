using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Engine.Training;

/// <summary>What a run will read of one source, if its mixture stays as configured.</summary>
/// <param name="Options">The source.</param>
/// <param name="Sequences">Sequences that there are to train on.</param>
/// <param name="HeldOutSequences">Sequences that an evaluation reads.</param>
/// <param name="PlannedSequences">Sequences that the schedule asks of it; null while it has no end.</param>
public sealed record SourcePlan(SourceOptions Options, long Sequences, long HeldOutSequences, double? PlannedSequences)
{
    /// <summary>Parts that its folder has; a run may read fewer.</summary>
    public int PartsThere { get; init; } = 1;

    /// <summary>How often the source is read; null while the schedule has no end.</summary>
    public double? Epochs => PlannedSequences / Sequences;

    /// <param name="options">The run.</param>
    /// <param name="source">One of its sources.</param>
    /// <param name="sequences">Sequences that the source has to train on.</param>
    /// <param name="heldOut">Sequences that it holds out.</param>
    public static SourcePlan Of(RunOptions options, SourceOptions source, long sequences, long heldOut)
    {
        var schedule = options.Schedule;
        var tokens = ((double)schedule.Warmup + schedule.Stable) * source.StableWeight
            + (double)schedule.Decay * source.DecayWeight;
        return new SourcePlan(
            source,
            sequences,
            Math.Min(options.Data.EvaluateSequences, heldOut),
            schedule.StableIsOpen ? null : tokens / SourceOptions.WeightUnit / options.Data.SequenceLength)
        {
            PartsThere = FolderParts.Count(source.Path),
        };
    }
}
