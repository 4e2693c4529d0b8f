namespace MiniCpmDist.Core.Schedules;

/// <summary>What changes the token batch by itself: stages or a law, not both.</summary>
public sealed record BatchPlan
{
    /// <summary>The plan with which the token batch stays as it is until somebody changes it.</summary>
    public static BatchPlan None { get; } = new();

    /// <summary>The stages, in the order of their places.</summary>
    public IReadOnlyList<BatchStage> Stages { get; init; } = [];

    public BatchLaw? Law { get; init; }

    public bool Equals(BatchPlan? other) =>
        other is not null && Stages.SequenceEqual(other.Stages) && Law == other.Law;

    public override int GetHashCode() => HashCode.Combine(Stages.Count, Law);
}
