namespace MiniCpmDist.Core.Evaluation;

/// <summary>A set of items and the ways in which a model is asked them; see <see cref="TaskFile"/>.</summary>
public sealed record EvaluationTask
{
    public required string Name { get; init; }

    /// <summary>The text of the file: another text may ask other things, so that scores belong to it.</summary>
    public required string Text { get; init; }

    /// <summary>What the set is, in a sentence.</summary>
    public string About { get; init; } = "";

    public required ItemSource Items { get; init; }

    /// <summary>Where examples come from; null where no form shows any.</summary>
    public ItemSource? Shots { get; init; }

    /// <summary>The names of the columns of a CSV file without a header; null: its first line has them.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The values of an item, by name.</summary>
    public required IReadOnlyDictionary<string, TaskField> Fields { get; init; }

    /// <summary>Where the options lie: one path to a list, or one for each option. Empty: it has none.</summary>
    public IReadOnlyList<TaskField> Options { get; init; } = [];

    /// <summary>The labels of the options; null: A, B, C and so on.</summary>
    public TaskField? Labels { get; init; }

    public AnswerForm Answer { get; init; }

    public required IReadOnlyList<TaskForm> Forms { get; init; }
}
