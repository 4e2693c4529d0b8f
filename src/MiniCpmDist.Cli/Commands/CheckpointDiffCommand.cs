using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm checkpoint diff</c>: what two checkpoints do not have in common.</summary>
internal static class CheckpointDiffCommand
{
    private const string StepPrefix = "step:";

    /// <summary>The exit code is the one of diff and cmp.</summary>
    private const int Different = 1;

    public static Command Create()
    {
        var places = new Argument<string[]>("checkpoints")
        {
            Description = "Two checkpoint folders, or a run folder and two of its steps: runs/first step:80 step:160.",
            Arity = new ArgumentArity(2, 3),
        };
        var json = JsonLine.Option();
        var command = new Command("diff", """
            Compares two checkpoints: files, keys of the state, and for each tensor that differs the largest absolute
            and relative difference. The exit code is 0 where they are equal to the last bit, and 1 where they are not.

            Example:
              minicpm checkpoint diff runs/first step:80 step:160
              minicpm checkpoint diff runs/first/checkpoints/step-00000080 runs/second/checkpoints/step-00000080
            """) { places, json };
        command.SetAction(line =>
        {
            var (first, second) = Resolve(line.GetValue(places)!);
            var difference = CheckpointComparison.Compare(first, second);
            foreach (var text in line.GetValue(json) ? [Json(difference)] : Lines(difference))
                Console.WriteLine(text);
            return difference.IsEmpty ? 0 : Different;
        });
        return command;
    }

    private static (CheckpointFolder First, CheckpointFolder Second) Resolve(string[] places)
    {
        var problems = new ProblemCollector();
        var pair = places.Length == 3
            ? (OfStep(places[0], places[1], problems), OfStep(places[0], places[2], problems))
            : (OfFolder(places[0], problems), OfFolder(places[1], problems));
        problems.ThrowIfAny();
        return (pair.Item1!, pair.Item2!);
    }

    private static CheckpointFolder? OfStep(string run, string text, ProblemCollector problems)
    {
        if (text.StartsWith(StepPrefix, StringComparison.Ordinal)
            && long.TryParse(
                text.AsSpan(StepPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step))
            return problems.Try(() => RunStart.AtStep(RunFolder.Open(run).Folder, step));
        problems.Add(
            text, "a step of the run, such as step:80", $"`{text}`", $"`minicpm checkpoint ls {run}` lists them");
        return null;
    }

    private static CheckpointFolder? OfFolder(string path, ProblemCollector problems)
    {
        var checkpoint = CheckpointFolder.TryOpen(Path.TrimEndingDirectorySeparator(path));
        if (checkpoint is not null && File.Exists(checkpoint.ManifestPath))
            return checkpoint;
        problems.Add(
            path, "the folder of a checkpoint, such as runs/first/checkpoints/step-00000080",
            Directory.Exists(path) ? "another folder" : "nothing there",
            "name one, or a run folder and two steps: runs/first step:80 step:160");
        return null;
    }

    private static IEnumerable<string> Lines(CheckpointDifference difference)
    {
        foreach (var file in difference.Files)
            yield return $"file    {file}";
        foreach (var (key, first, second) in difference.State)
            yield return $"state   {key}: {Shown(first)} | {Shown(second)}";
        foreach (var tensor in difference.Tensors)
            yield return $"tensor  {tensor.Name}: {Text(tensor)}";
        yield return difference.IsEmpty
            ? "equal to the last bit"
            : $"differ: {difference.Files.Count} files, {difference.State.Count} keys of the state, "
                + $"{difference.Tensors.Count} tensors";
    }

    private static string Shown(string value) => value.Length == 0 ? "nothing" : value;

    private static string Text(TensorDifference tensor) => tensor.MaxAbsolute is null
        ? tensor.Note
        : string.Create(
            CultureInfo.InvariantCulture,
            $"largest difference {tensor.MaxAbsolute:G4} absolute, {tensor.MaxRelative:G4} relative");

    private static string Json(CheckpointDifference difference) => JsonLine.Of(new
    {
        Equal = difference.IsEmpty,
        difference.Files,
        State = difference.State.Select(entry => new { entry.Key, entry.First, entry.Second }),
        // JSON has no infinity.
        Tensors = difference.Tensors.Select(tensor => new
        {
            tensor.Name,
            MaxAbsolute = Finite(tensor.MaxAbsolute),
            MaxRelative = Finite(tensor.MaxRelative),
            tensor.Note,
        }),
    });

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
