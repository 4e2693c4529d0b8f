using MiniCpmDist.Core.Configuration.Keys;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Reads and writes <c>run.yaml</c>.</summary>
public static class RunFile
{
    /// <summary>Reads a run and resolves every default.</summary>
    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for errors; without a <c>name</c> key the run is called as the file.</param>
    /// <exception cref="ConfigurationException"> Something is wrong; the problems name every wrong key and value with
    /// its line, and what to type instead.
    /// </exception>
    public static RunOptions Parse(string yaml, string source)
    {
        var problems = new ProblemCollector();
        var options = Read(yaml, source, problems);
        problems.ThrowIfAny();
        return options!;
    }

    /// <summary>
    /// Reads a run as far as it can be read, so that what depends on the rest (data, world size, the run's folder) can
    /// be checked and told together with the file's own problems.
    /// </summary>
    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="overrides">Pairs such as <c>schedule.learning_rate=0.02</c> that count instead of what the file
    /// says; checked like the file.
    /// </param>
    /// <param name="nameCounts">
    /// False where the run gets another name, or needs none: then the file's name may be anything.
    /// </param>
    /// <returns>
    /// Null where nothing can be read. Where there are problems, defaults stand in for what is wrong: never train such
    /// a run.
    /// </returns>
    public static RunOptions? Read(
        string yaml, string source, ProblemCollector problems, IEnumerable<string>? overrides = null,
        bool nameCounts = true)
    {
        var before = problems.Problems.Count;
        var mapping = YamlText.Load(yaml, source, problems);
        if (problems.Problems.Count > before)
            return null;
        var commandLine = new YamlOverrides(problems);
        commandLine.Apply(mapping!, overrides ?? []);
        var root = new YamlSection(mapping, source, "", problems, commandLine, RunFileKeys.Table.Names);
        return new RunFileReader(root, source).Read(nameCounts);
    }

    /// <summary>
    /// The canonical text of a run: every key, lengths in tokens (with steps beside them). <see cref="Parse"/> reads it
    /// as an equal run.
    /// </summary>
    public static string Write(RunOptions options)
    {
        var text = new RunFileText(options.Schedule);
        RunFileKeys.Table.Write(options, text);
        return text.ToString();
    }

    /// <summary>The keys of a canonical text by their full names, with their values as they are spelled.</summary>
    /// <exception cref="ConfigurationException">It is no YAML.</exception>
    public static IReadOnlyDictionary<string, string> Leaves(string yaml)
    {
        var problems = new ProblemCollector();
        var mapping = YamlText.Load(yaml, "the configuration", problems);
        problems.ThrowIfAny();
        return YamlText.Leaves(mapping!).ToDictionary();
    }
}
