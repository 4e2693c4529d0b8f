using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Schedules;

/// <summary>Choices of a schedule as commands, journals and run files spell them.</summary>
public static class ScheduleText
{
    /// <summary>The rules by which the learning rate follows the batch.</summary>
    public static IReadOnlyList<(string Word, LearningRateRule Value)> Rules { get; } =
        [("none", LearningRateRule.None), ("sqrt", LearningRateRule.Sqrt), ("linear", LearningRateRule.Linear)];

    /// <summary>The shapes of a decay.</summary>
    public static IReadOnlyList<(string Word, DecayShape Value)> DecayShapes => ScheduleWords.DecayShapes;

    public static string Of(DecayShape shape) => Wording.Of(DecayShapes, shape);

    public static string Of(LearningRateRule rule) => Wording.Of(Rules, rule);
}
