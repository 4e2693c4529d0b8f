namespace MiniCpmDist.Core.Schedules;

/// <summary>How <c>run.yaml</c> spells the courses of the learning rate.</summary>
internal static class ScheduleWords
{
    /// <summary>The length of a stable phase that a command ends.</summary>
    public const string UntilTold = "until told";

    public static IReadOnlyList<(string Word, ScheduleShape Value)> Shapes { get; } =
        [("wsd", ScheduleShape.Wsd), ("cosine", ScheduleShape.Cosine)];

    public static IReadOnlyList<(string Word, DecayShape Value)> DecayShapes { get; } =
    [
        ("exponential", DecayShape.Exponential),
        ("linear", DecayShape.Linear),
        ("1-sqrt", DecayShape.OneMinusSqrt),
        ("cosine", DecayShape.Cosine),
        ("inverse", DecayShape.Inverse),
    ];
}
