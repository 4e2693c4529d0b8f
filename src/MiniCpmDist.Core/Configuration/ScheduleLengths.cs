using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// What the lengths of a schedule are in tokens. A step is an update and has the tokens that the stages give it where
/// it lies, so a length in steps depends on where it begins.
/// </summary>
internal sealed record ScheduleLengths(long Warmup, long Stable, long Decay, IReadOnlyList<BatchStage> Stages)
{
    // Percentages depend on the total, the total on how long steps are where they lie, and that on the percentages.
    private const int MostRounds = 32;

    /// <param name="axis">With the total as it is while steps have their first length.</param>
    /// <param name="warmup">Of the run.</param>
    /// <param name="stable">Of the run; zero while its end is open.</param>
    /// <param name="decay">Of the run.</param>
    /// <param name="stages">With the places that the file gives them.</param>
    public static ScheduleLengths Of(
        TokenAxis axis, Extent warmup, Extent stable, Extent decay, IReadOnlyList<StageText> stages)
    {
        Extent[] phases = [warmup, stable, decay];
        var percent = phases.Where(phase => phase.Unit == ExtentUnit.Percent).Sum(phase => phase.Amount);
        var lengths = At(axis, phases, stages);
        for (var round = 0; round < MostRounds && !axis.IsOpen && percent < 100; round++)
        {
            long[] tokens = [lengths.Warmup, lengths.Stable, lengths.Decay];
            var absolute = phases.Zip(tokens).Where(pair => pair.First.Unit != ExtentUnit.Percent)
                .Sum(pair => pair.Second);
            var next = axis with { TotalTokens = TokenAxis.Total(absolute, percent) };
            if (next == axis)
                break;
            axis = next;
            lengths = At(axis, phases, stages);
        }
        return lengths;
    }

    private static ScheduleLengths At(TokenAxis axis, Extent[] phases, IReadOnlyList<StageText> stages)
    {
        var placed = new List<BatchStage>();
        foreach (var stage in stages)
        {
            var place = stage.From is { } from ? axis.Tokens(from, Walk(0)) : 0;
            placed.Add(new BatchStage(place, stage.TokenBatch, stage.Rule));
        }
        var warmup = axis.Tokens(phases[0], Walk(0));
        var stable = axis.Tokens(phases[1], Walk(warmup));
        var decay = axis.IsOpen ? 0 : axis.Tokens(phases[2], Walk(warmup + stable));
        return new ScheduleLengths(warmup, stable, decay, placed);

        StepWalk Walk(long position) => StepWalk.At(position, axis.TokenBatch, placed);
    }
}

/// <summary>A stage as the file has it.</summary>
/// <param name="Section">Of the file.</param>
/// <param name="From">Its place; null where the file has none that can be read.</param>
/// <param name="TokenBatch">From there on.</param>
/// <param name="Rule">How the learning rate follows.</param>
internal sealed record StageText(YamlSection Section, Extent? From, long TokenBatch, LearningRateRule Rule);
