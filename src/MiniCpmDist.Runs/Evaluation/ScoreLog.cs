using System.Globalization;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.Evaluation;

/// <summary>
/// The scores of a task's form, one line an item, in the folder of a run: what a killed evaluation finds again. Each
/// rank writes a file of its own; another number of ranks reads them all.
/// </summary>
public sealed class ScoreLog : IDisposable
{
    private const int MostBytes = 1 << 30;
    private readonly LineLog _log;

    private ScoreLog(LineLog log, Dictionary<string, ItemScore> known) => (_log, Known) = (log, known);

    /// <summary>What earlier evaluations of the same model, data and rules have left, by key.</summary>
    public IReadOnlyDictionary<string, ItemScore> Known { get; }

    /// <param name="folder">Where the files lie; made if it is not there.</param>
    /// <param name="name">Of the files: another one for other rules, data or weights.</param>
    /// <param name="communicator">The world.</param>
    /// <exception cref="ConfigurationException">The folder cannot be written.</exception>
    public static ScoreLog OpenCollective(string folder, string name, ICommunicator communicator)
    {
        var text = communicator.BroadcastTextCollective(communicator.Rank == 0 ? ReadAll(folder, name) : null)!;
        var known = new Dictionary<string, ItemScore>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (TryRead(line) is { } score)
                known.TryAdd(score.Key, score);
        }
        var rank = communicator.Rank.ToString(CultureInfo.InvariantCulture);
        return new ScoreLog(new LineLog(Path.Combine(folder, $"{name}.{rank}.jsonl")), known);
    }

    public void Add(ItemScore score) => _log.Append(score.Write());

    public void Dispose() => _log.Dispose();

    private static string ReadAll(string folder, string name) => ScoresFolder.Use(folder, () => string.Concat(
        Directory.EnumerateFiles(folder, name + ".*.jsonl")
            .Order(StringComparer.Ordinal).Select(path => InputFile.ReadText(path, MostBytes) + "\n")));

    /// <summary>A kill can leave half a line, which counts as none.</summary>
    private static ItemScore? TryRead(string line)
    {
        try
        {
            return ItemScore.Read(line);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
