using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Runs;

/// <summary>
/// The <c>evaluation</c> section: published sets that a run asks its model while it trains. None of it changes a bit of
/// the run.
/// </summary>
public sealed record EvaluationOptions
{
    /// <summary>Names of tasks, or paths of task files; empty for none.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>The folder that has the sets of the tasks as they are published.</summary>
    public string Data { get; init; } = "evaluation-sets";

    /// <summary>How far two evaluations lie apart; null: only the end of the run is evaluated.</summary>
    public Interval? Every { get; init; }

    /// <summary>Whose rules; null: all that a task has.</summary>
    public string? Flavour { get; init; }

    /// <summary>Items of each task at most, from its first on.</summary>
    public int Items { get; init; } = 100;

    /// <summary>The most that all evaluations may add to the computation of training, as a share of it.</summary>
    public double MostShare { get; init; } = 0.05;

    public bool Equals(EvaluationOptions? other) =>
        other is not null && Tasks.SequenceEqual(other.Tasks)
        && (Data, Every, Flavour, Items, MostShare)
            == (other.Data, other.Every, other.Flavour, other.Items, other.MostShare);

    public override int GetHashCode() => HashCode.Combine(Tasks.Count, Data, Every, Flavour, Items, MostShare);
}
