using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Runs;

/// <summary>Reads the files of lines in a run's folder, also while the run appends to them.</summary>
public static class RunLines
{
    /// <summary>The whole lines of a file; none where there is no file.</summary>
    /// <remarks>What follows the last line end is being written, or was torn by a crash.</remarks>
    public static IReadOnlyList<string> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n')[..^1];
    }

    /// <summary>What the lines mean.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Throws <see cref="FormatException"/> for a line that means nothing.</param>
    /// <param name="what">A line, for the fault.</param>
    /// <param name="advice">What to do about a damaged one.</param>
    /// <exception cref="ConfigurationException">A line is damaged; file and line are named.</exception>
    public static IEnumerable<T> Read<T>(string path, Func<string, T> parse, string what, string advice) =>
        Read(path).Select((line, index) => Parse(line, $"{path}, line {index + 1}", parse, what, advice));

    /// <summary>The lines of <c>metrics.jsonl</c>: each a step, or an evaluation.</summary>
    /// <exception cref="ConfigurationException">A line is damaged; file and line are named.</exception>
    public static IEnumerable<(StepReport? Step, HeldOutReport? HeldOut)> ReadMetrics(RunFolder run) => Read(
        run.MetricsPath,
        ParseMetrics,
        "a line of a step or an evaluation",
        "the file is damaged: take it from a copy");

    /// <exception cref="FormatException">The line is neither a step nor an evaluation.</exception>
    internal static (StepReport? Step, HeldOutReport? HeldOut) ParseMetrics(string line) => MetricsLine.IsHeldOut(line)
        ? (null, MetricsLine.ParseHeldOut(line))
        : (MetricsLine.Parse(line), null);

    private static T Parse<T>(string line, string where, Func<string, T> parse, string what, string advice)
    {
        try
        {
            return parse(line);
        }
        catch (FormatException exception)
        {
            throw new ConfigurationException([new Fault(where, what, exception.Message, advice)]);
        }
        catch (ConfigurationException exception)
        {
            throw new ConfigurationException(
                [.. exception.Faults.Select(fault => fault with { Where = $"{where}: {fault.Where}" })]);
        }
    }
}
