using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Engine.Training;

/// <summary>What a run will read of one source, if its mixture stays as configured.</summary>
/// <param name="Options">The source.</param>
/// <param name="Sequences">Sequences that there are to train on.</param>
/// <param name="HeldOutSequences">Sequences that an evaluation reads.</param>
/// <param name="PlannedSequences">Sequences that the schedule asks of it.</param>
public sealed record SourcePlan(SourceOptions Options, long Sequences, long HeldOutSequences, double PlannedSequences)
{
    /// <summary>How often the source is read.</summary>
    public double Epochs => PlannedSequences / Sequences;

    public static SourcePlan Of(RunOptions options, SourceData source)
    {
        var schedule = options.Schedule;
        var tokens = ((double)schedule.Warmup + schedule.Stable) * source.Options.StableWeight
            + (double)schedule.Decay * source.Options.DecayWeight;
        return new SourcePlan(
            source.Options,
            source.Train.SequenceCount,
            Math.Min(options.Data.EvaluateSequences, source.HeldOut.SequenceCount),
            tokens / SourceOptions.WeightUnit / options.Data.SequenceLength);
    }
}
