using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Planning;

/// <summary>What a run has to compute.</summary>
/// <param name="Parameters">Of the model.</param>
/// <param name="FlopsPerToken">Forward and backward, as <see cref="ModelShape.FlopsPerToken"/> counts; what
/// is computed again to save memory is not work.</param>
/// <param name="StepTokens">Tokens of the first step, over all ranks.</param>
/// <param name="Steps">Null while the stable phase has no end.</param>
/// <param name="Tokens">Of the whole run; null while the stable phase has no end.</param>
public sealed record TrainingCost(
    long Parameters, double FlopsPerToken, long StepTokens, long? Steps, long? Tokens)
{
    public const double SecondsPerDay = 86_400;

    public double FlopsPerStep => FlopsPerToken * StepTokens;

    public static TrainingCost Of(RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (shape, schedule) = (options.Model.Shape, options.Schedule);
        var end = options.InitialSchedule().EndAfter(0);
        return new TrainingCost(
            shape.Parameters,
            shape.FlopsPerToken(options.Data.SequenceLength),
            schedule.TokenBatch,
            end?.Steps,
            end?.Tokens);
    }

    /// <param name="peakFlops">Operations a second of all ranks together.</param>
    /// <param name="mfu">The share of them that serves the model, 0 .. 1.</param>
    public double TokensPerSecond(double peakFlops, double mfu) => peakFlops * mfu / FlopsPerToken;

    /// <summary>Null while the stable phase has no end.</summary>
    public double? Days(double tokensPerSecond) => Tokens / tokensPerSecond / SecondsPerDay;
}
