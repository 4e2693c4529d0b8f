namespace MiniCpmDist.Data.Deduplication;

/// <summary>A step of the work: tasks that do not depend on each other.</summary>
/// <param name="Name">What its files are called.</param>
/// <param name="Told">What is done, in a word for the user.</param>
/// <param name="Weights">What each task weighs: bytes of a unit, or 1.</param>
/// <param name="IsOverUnits">True where a task is a unit of the corpus, and counts the bytes that it reads.</param>
/// <param name="Work">Does a task, and returns what it tells later stages.</param>
internal sealed record Stage(
    string Name, string Told, IReadOnlyList<long> Weights, bool IsOverUnits, Func<int, object> Work)
{
    /// <summary>A stage over the units of the corpus.</summary>
    public static Stage OverUnits(DedupJob job, string name, string told, Func<int, object> work) =>
        new(name, told, [.. job.Units.Select(unit => unit.Bytes)], true, work);

    /// <summary>A stage over the partitions of what was spilled.</summary>
    public static Stage OverPartitions(DedupJob job, string name, string told, Func<int, object> work) =>
        new(name, told, [.. Enumerable.Repeat(1L, job.Partitions)], false, work);

    /// <summary>A stage of one task.</summary>
    public static Stage Alone(string name, string told, Func<object> work) =>
        new(name, told, [1L], false, _ => work());
}
