namespace MiniCpmDist.Core.Evaluation;

/// <summary>One item of a set.</summary>
/// <param name="Id">Its name in results; no other item of the task has it.</param>
/// <param name="Group">Such as the subject; empty where the task has none.</param>
/// <param name="Place">File and line, for problems.</param>
/// <param name="Values">Of the fields, by name.</param>
/// <param name="Options">Their texts; empty for a free answer.</param>
/// <param name="Letters">Their labels.</param>
/// <param name="Right">Index of the right option; -1 for a free answer.</param>
/// <param name="Answer">The right option's text, or the free answer.</param>
public sealed record TaskItem(
    string Id, string Group, string Place, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Options,
    IReadOnlyList<string> Letters, int Right, string Answer)
{
    /// <summary>True where the item has what its task needs.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>The two ask the same: one must not be an example for the other.</summary>
    public bool AsksTheSame(TaskItem other) =>
        Values.GetValueOrDefault("question", Answer) == other.Values.GetValueOrDefault("question", other.Answer)
        && Options.SequenceEqual(other.Options);
}
