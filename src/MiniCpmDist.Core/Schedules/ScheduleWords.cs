using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Schedules;

/// <summary>Choices of a schedule as commands, journals and run files spell them.</summary>
public static class ScheduleWords
{
    /// <summary>The length of a stable phase that a command ends.</summary>
    public const string UntilTold = "until told";

    /// <summary>The courses of the learning rate.</summary>
    public static IReadOnlyList<(string Word, ScheduleShape Value)> Shapes { get; } =
        [("wsd", ScheduleShape.Wsd), ("cosine", ScheduleShape.Cosine)];

    /// <summary>The shapes of a decay.</summary>
    public static IReadOnlyList<(string Word, DecayShape Value)> DecayShapes { get; } =
    [
        ("exponential", DecayShape.Exponential),
        ("linear", DecayShape.Linear),
        ("1-sqrt", DecayShape.OneMinusSqrt),
        ("cosine", DecayShape.Cosine),
        ("inverse", DecayShape.Inverse),
    ];

    /// <summary>The rules by which the learning rate follows the batch.</summary>
    public static IReadOnlyList<(string Word, LearningRateRule Value)> Rules { get; } =
        [("none", LearningRateRule.None), ("sqrt", LearningRateRule.Sqrt), ("linear", LearningRateRule.Linear)];

    public static string Of(DecayShape shape) => Wording.Of(DecayShapes, shape);

    public static string Of(LearningRateRule rule) => Wording.Of(Rules, rule);
}
