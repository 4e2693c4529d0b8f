using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.Evaluation;

/// <summary>Answers with their verdicts, in the folder of a run: what a killed evaluation finds again.</summary>
public sealed class JudgedLog : IDisposable
{
    private const int MostBytes = 1 << 30;
    private readonly LineLog _log;
    private readonly Dictionary<string, JudgedTurn> _known = [];

    /// <param name="folder">Where the file lies; made if it is not there.</param>
    /// <param name="name">Of the file: another one for another model, judge, or other questions.</param>
    /// <exception cref="ConfigurationException">The folder cannot be written.</exception>
    public JudgedLog(string folder, string name)
    {
        Path = System.IO.Path.Combine(folder, name + ".jsonl");
        _log = ScoresFolder.Use(folder, () => new LineLog(Path));
        foreach (var line in InputFile.ReadText(Path, MostBytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var turn = JudgedTurn.Read(line);
            _known[turn.Key] = turn;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is known of a turn; null where it has not been judged.</summary>
    public JudgedTurn? Find(string question, int turn) => _known.GetValueOrDefault(JudgedTurn.KeyOf(question, turn));

    /// <summary>Keeps a verdict.</summary>
    public void Add(JudgedTurn turn)
    {
        _known[turn.Key] = turn;
        _log.Append(turn.Write());
    }

    public void Dispose() => _log.Dispose();
}
