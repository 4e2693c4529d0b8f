using System.Text;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Journal;

/// <summary>Reads the files of lines in a run's folder, also while the run appends to them.</summary>
public static class RunLines
{
    /// <summary>
    /// The most bytes of a line. The longest line that a run writes holds a configuration, which is shorter than this.
    /// </summary>
    internal const int LongestLine = 4 << 20;

    // This is enough for tens of millions of steps. A file with holes can claim any size, and would take that long to
    // read.
    private const long LargestFile = 16L << 30;

    /// <summary>The whole lines of a file, one at a time; none where there is no file. A line that is longer than any
    /// that a run writes is null.</summary>
    /// <remarks>What follows the last line end is being written, or was torn by a crash.</remarks>
    /// <exception cref="ConfigurationException">It is not a regular file, or may not be read.</exception>
    public static IEnumerable<string?> Read(string path)
    {
        if (!Path.Exists(path))
            yield break;
        using var file = InputFile.Open(path, bufferBytes: 0);
        if (file.Length > LargestFile)
        {
            throw new ConfigurationException([new Problem(
                path, $"{LargestFile:N0} bytes at most", $"{file.Length:N0}",
                "the file is damaged: take it from a copy")]);
        }
        using var reader = new LineReader(file, maximumBytes: LongestLine);
        while (Next(reader) is (true, var line))
            yield return line;
    }

    /// <summary>Reads the lines of a file and parses them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Throws <see cref="FormatException"/> for a line that means nothing.</param>
    /// <param name="what">A line, for the problem.</param>
    /// <param name="advice">What to do about a damaged one.</param>
    /// <param name="damaged">
    /// Takes the problems of damaged lines, which are left out; null: the first damaged line is thrown.
    /// </param>
    /// <exception cref="ConfigurationException">A line is damaged, and there is nobody to take it; or a newer version
    /// of the program wrote it. File and line are named.</exception>
    public static IEnumerable<T> Read<T>(
        string path, Func<string, T> parse, string what, string advice, ProblemCollector? damaged = null)
    {
        var number = 0;
        foreach (var line in Read(path))
        {
            number++;
            var where = $"{path}, line {number}";
            if (TryParse(line, where, parse, what, advice, out var value) is not { } problem)
                yield return value!;
            else if (damaged is null)
                throw new ConfigurationException([problem]);
            else
                damaged.Add(problem);
        }
    }

    /// <summary>The lines of <c>metrics.jsonl</c>: each a step, or an evaluation.</summary>
    /// <exception cref="ConfigurationException">A line is damaged; file and line are named.</exception>
    public static IEnumerable<(StepReport? Step, HeldOutReport? HeldOut)> ReadMetrics(
        RunFolder run, ProblemCollector? damaged = null) => Read(
        run.MetricsPath,
        ParseMetrics,
        "a line of a step or an evaluation",
        "the file is damaged: take it from a copy",
        damaged);

    /// <exception cref="FormatException">The line is neither a step nor an evaluation.</exception>
    internal static (StepReport? Step, HeldOutReport? HeldOut) ParseMetrics(string line) => MetricsLine.IsHeldOut(line)
        ? (null, MetricsLine.ParseHeldOut(line))
        : (MetricsLine.Parse(line), null);

    /// <summary>The problem of a line that was read as null because it is too long.</summary>
    public static Problem TooLong(string path, int number) => TooLong(
        $"{path}, line {number}", "a line as a run writes them", "restore the file, or remove that line");

    private static Problem TooLong(string where, string what, string advice) =>
        new(where, what, $"more than {LongestLine:N0} bytes", advice);

    // Some messages are sentences that already say what was expected.
    private static string Found(string message) =>
        message.IndexOf(", found ", StringComparison.Ordinal) is >= 0 and var at
        && message.StartsWith("Expected ", StringComparison.Ordinal)
            ? message[(at + ", found ".Length)..].TrimEnd('.')
            : message;

    // A span must not live in an iterator.
    private static (bool IsThere, string? Line) Next(LineReader reader) =>
        reader.Read(out var line) && reader.IsWhole
            ? (true, reader.TooLong ? null : Encoding.UTF8.GetString(line))
            : (false, null);

    private static Problem? TryParse<T>(
        string? line, string where, Func<string, T> parse, string what, string advice, out T? value)
    {
        value = default;
        if (line is null)
            return TooLong(where, what, advice);
        try
        {
            value = parse(line);
            return null;
        }
        catch (FormatException exception)
        {
            return new Problem(where, what, Found(exception.Message), advice);
        }
        catch (ConfigurationException exception)
        {
            throw new ConfigurationException(
                [.. exception.Problems.Select(problem => problem with { Where = $"{where}: {problem.Where}" })]);
        }
    }
}
