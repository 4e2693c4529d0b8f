using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Schedules;

/// <summary>The decay of a published recipe: what keys of the file that are not given stand for.</summary>
/// <param name="DecayShape">How the learning rate falls.</param>
/// <param name="Decay">Over which part of the run.</param>
/// <param name="FinalRatio">To which part of itself.</param>
internal sealed record ScheduleRecipe(DecayShape DecayShape, Extent Decay, double FinalRatio)
{
    /// <summary>
    /// MiniCPM (arXiv 2404.06395): halved again and again over a tenth of the tokens, to a tenth. The paper's
    /// half-life of 5,000 steps and its blog's of 8,000 belong to one run; that the released checkpoint is at a
    /// tenth, both have in common.
    /// </summary>
    public static ScheduleRecipe MiniCpm { get; } = new(DecayShape.Exponential, Extent.OfPercent(10), 0.1);

    public static IReadOnlyList<(string Word, ScheduleRecipe Value)> All { get; } =
    [
        ("minicpm", MiniCpm),
        // arXiv 2405.18392: the gain flattens at a fifth of the tokens.
        ("1-sqrt", new ScheduleRecipe(DecayShape.OneMinusSqrt, Extent.OfPercent(20), 0)),
        // arXiv 2410.05192: 1 / η is linear; the next run goes on from the decayed state (`minicpm branch --stable`).
        ("wsd-s", new ScheduleRecipe(DecayShape.Inverse, Extent.OfPercent(10), 0.1)),
    ];
}
