using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Evaluation;

/// <summary>The items and examples of a task, as a folder of published sets has them.</summary>
public sealed class TaskData
{
    private const int LongestPreamble = 1 << 20;

    private readonly Dictionary<string, List<TaskItem>> _shots = [];
    private readonly Dictionary<string, string> _preambles = [];

    private TaskData(EvaluationTask task) => Task = task;

    public EvaluationTask Task { get; }

    /// <summary>In the order of the files.</summary>
    public IReadOnlyList<TaskItem> Items { get; private set; } = [];

    /// <summary>SHA-256 over the names and contents of all files that were read, lower-case hex.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Items that lack something; they count as wrong.</summary>
    public IEnumerable<TaskItem> Faulty => Items.Where(item => !item.IsWhole);

    /// <summary>Reads a task's files.</summary>
    /// <param name="task">The task.</param>
    /// <param name="folder">The folder of all sets.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="faulty">Takes what is wrong with single items.</param>
    /// <param name="limit">Only so many items, from the first on.</param>
    public static TaskData Load(
        EvaluationTask task, string folder, ProblemCollector problems, ProblemCollector faulty, int limit)
    {
        var data = new TaskData(task);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        data.Items = [.. data.Read(task.Items, folder, problems, faulty, hash)];
        if (task.Shots is { } shots)
        {
            foreach (var shot in data.Read(shots, folder, problems, problems, hash))
            {
                if (!data._shots.TryGetValue(shot.Group, out var group))
                    data._shots[shot.Group] = group = [];
                group.Add(shot);
            }
        }
        foreach (var pattern in task.Forms.Select(form => form.PreambleFile).OfType<string>().Distinct())
            data.ReadPreambles(pattern, folder, problems, hash);
        data.Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
        data.Check(problems);
        if (limit < data.Items.Count)
            data.Items = [.. data.Items.Take(limit)];
        return data;
    }

    /// <summary>
    /// The first examples of the item's group, always the same ones. An example that asks what the item asks is left
    /// out, and the next one takes its place.
    /// </summary>
    public IReadOnlyList<TaskItem> ShotsOf(TaskItem item, int count) =>
        count == 0 ? [] : [.. ShotsOf(item.Group).Where(shot => !shot.AsksTheSame(item)).Take(count)];

    /// <summary>The text that a form's file has for an item.</summary>
    public string PreambleOf(TaskItem item, TaskForm form) =>
        form.PreambleFile is { } pattern ? _preambles.GetValueOrDefault(Key(pattern, item.Group), "") : "";

    private List<TaskItem> ShotsOf(string group) =>
        _shots.GetValueOrDefault(group) ?? _shots.GetValueOrDefault("") ?? [];

    private static string Key(string pattern, string group) => $"{pattern}\0{group}";

    private IEnumerable<TaskItem> Read(
        ItemSource source, string folder, ProblemCollector problems, ProblemCollector faulty, IncrementalHash hash)
    {
        var files = source.Patterns.Select(pattern => SetFiles.Find(folder, pattern)).FirstOrDefault(
            found => found.Count > 0) ?? [];
        problems.Require(
            files.Count > 0, folder, $"the files of {Task.Name}: {string.Join(" or ", source.Patterns)}",
            "none of them",
            "put the set there as it is published, or name the folder of all sets with --data");
        var numbers = new Dictionary<string, int>();
        var reading = new ItemReading(Task, faulty);
        foreach (var (path, groupOfFile) in files)
        {
            Add(hash, path, folder);
            foreach (var (raw, place) in SetFile.Read(path, Task.Columns, problems))
            {
                if (source.Range is { } range && !IsWithin(range.Field.Text(raw), range))
                    continue;
                var group = reading.GroupOf(raw, groupOfFile);
                var number = numbers.GetValueOrDefault(group);
                numbers[group] = number + 1;
                yield return reading.Read(raw, group, number, place);
            }
        }
    }

    private static bool IsWithin(string? number, ItemRange range) =>
        long.TryParse(number, out var value) && value >= range.First && value <= range.Last;

    private static void Add(IncrementalHash hash, string path, string folder) =>
        hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(folder, path)}\0{SyncedFile.HashOf(path)}\n"));

    private void ReadPreambles(string pattern, string folder, ProblemCollector problems, IncrementalHash hash)
    {
        foreach (var (path, group) in SetFiles.Find(folder, pattern))
        {
            Add(hash, path, folder);
            var text = InputFile.ReadText(path, LongestPreamble).Trim();
            // The set's own files begin with a note that no training corpus may have, and a line of dashes.
            var note = text.IndexOf("-----\n", StringComparison.Ordinal);
            _preambles[Key(pattern, group)] = (note < 0 ? text : text[(note + 6)..]) + "\n\n";
        }
        foreach (var group in Items.Select(item => item.Group).Distinct())
        {
            problems.Require(
                _preambles.ContainsKey(Key(pattern, group)), folder,
                $"{pattern.Replace("*", group, StringComparison.Ordinal)}, the examples of {Task.Name}", "no such file",
                "put the set there as it is published");
        }
    }

    private void Check(ProblemCollector problems)
    {
        foreach (var same in Items.GroupBy(item => item.Id).Where(same => same.Count() > 1))
        {
            problems.Add(
                same.Last().Place, $"an id that no other item of {Task.Name} has", $"`{same.Key}` again",
                $"rename it; the other one is in {same.First().Place}");
        }
        var needed = Task.Forms.Max(form => form.Shots);
        foreach (var group in Items.Select(item => item.Group).Distinct())
        {
            problems.Require(
                ShotsOf(group).Count >= needed, $"{Task.Name}{(group.Length > 0 ? "/" + group : "")}",
                $"{needed} examples in {string.Join(" or ", Task.Shots?.Patterns ?? [])}", $"{ShotsOf(group).Count}",
                "add examples, or write fewer `shots` in the forms of a task file of your own");
        }
        problems.Require(
            Items.Count > 0 || problems.Any, Task.Name, "an item at least", "none", "check the files of the set");
    }
}
