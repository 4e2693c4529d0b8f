using System.Text;
using System.Text.Json;
using MiniCpmDist.Core.Deduplication;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// The n-grams of evaluation sets. Every string of an item counts, whatever its field is called: questions, answers,
/// contexts.
/// </summary>
internal sealed class EvaluationNgrams
{
    private static readonly string[] s_endings = [".jsonl", ".json", ".jsonl.gz", ".json.gz", ".csv", ".parquet"];
    private readonly List<(string File, string Place)> _items = [];
    private readonly WordList _words = new();

    /// <param name="files">Of the sets.</param>
    /// <param name="ngram">Words of an n-gram.</param>
    /// <exception cref="ConfigurationException">A file cannot be read.</exception>
    public EvaluationNgrams(IReadOnlyList<string> files, int ngram)
    {
        Index = new NgramIndex(ngram);
        var problems = new ProblemCollector();
        foreach (var file in files)
        {
            var items = problems.Try(() => SetFile.Read(file, columns: null, problems).ToList());
            foreach (var (item, place) in items ?? [])
            {
                _items.Add((file, place));
                Add(item);
            }
        }
        problems.ThrowIfAny();
    }

    public NgramIndex Index { get; }

    /// <summary>Strings that are long enough to be looked for.</summary>
    public long Texts { get; private set; }

    /// <summary>Strings that are not looked for, because they have fewer than <see cref="NgramIndex.LeastWords"/>
    /// words.</summary>
    public long TooShort { get; private set; }

    /// <summary>File and place of an item.</summary>
    public (string File, string Place) this[int item] => _items[item];

    /// <summary>The files of the sets.</summary>
    /// <param name="paths">Files, and folders with everything below them.</param>
    /// <param name="problems">Takes what leads to no file of a set.</param>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> paths, ProblemCollector problems)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            IReadOnlyList<string> found = Directory.Exists(path)
                ? [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(IsSet)]
                : File.Exists(path) && IsSet(path) ? [path] : [];
            problems.Require(
                found.Count > 0, $"--against {path}", $"an evaluation set: {SetFile.Kinds}",
                Directory.Exists(path) ? "a folder without any" : File.Exists(path) ? "another kind of file"
                    : "nothing of that name",
                "check the path");
            files.AddRange(found);
        }
        return [.. files.DistinctBy(file => RealPath.Of(file) ?? file).Order(StringComparer.Ordinal)];
    }

    private static bool IsSet(string path) =>
        s_endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private void Add(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                Add(element.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (var member in element.EnumerateArray())
                    Add(member);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    // The first row of a table without a header has been taken for names.
                    if (member.Name.Contains(' ', StringComparison.Ordinal))
                        Add(member.Name);
                    Add(member.Value);
                }
                break;
        }
    }

    private void Add(string text)
    {
        _words.Clear();
        _words.Add(Encoding.UTF8.GetBytes(text));
        if (_words.Count == 0)
            return;
        if (Index.Add(_words.Hashes, _items.Count - 1))
            Texts++;
        else
            TooShort++;
    }
}
