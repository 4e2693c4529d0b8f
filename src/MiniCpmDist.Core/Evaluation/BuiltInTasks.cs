using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>The task files that come with the program: src/MiniCpmDist.Core/Evaluation/Tasks.</summary>
public static class BuiltInTasks
{
    private const string Prefix = "task.";
    private const string Ending = ".yaml";

    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(BuiltInTasks).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Ending.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a task's file.</summary>
    /// <param name="name">Of the task.</param>
    /// <param name="place">Where the user wrote it, for the error.</param>
    /// <exception cref="ConfigurationException">There is no such task.</exception>
    public static string Text(string name, string place = "--tasks")
    {
        if (!Names.Contains(name))
        {
            throw new ConfigurationException([new Problem(
                place, $"a task ({string.Join(", ", Names)}), or the path of a .yaml file", $"`{name}`",
                NearestKey.Of(name, Names) is { } nearest ? $"did you mean `{nearest}`?" : "name one of these")]);
        }
        using var stream = typeof(BuiltInTasks).Assembly.GetManifestResourceStream(Prefix + name + Ending)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
