using System.IO.Enumeration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Objects;
using MiniCpmDist.Data.ParquetFiles;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Corpus;

/// <summary>Finds the files of a corpus.</summary>
public static class CorpusFiles
{
    private static readonly string[] s_endings = [".json", ".jsonl", ".txt"];

    private const string Kinds = "*.parquet, or *.jsonl, *.json or *.txt, also with .gz or .zst";

    /// <summary>
    /// The corpus files that <paramref name="paths"/> lead to: files, folders with everything below them, and patterns
    /// with * and ? in the last part; or the same in a store of objects, <c>s3://BUCKET/...</c>. Each file comes once,
    /// whatever links lead to it, in the order of the paths and by name within one.
    /// </summary>
    /// <param name="paths">As the user named them.</param>
    /// <param name="standardInput">Whether <c>-</c> may be among them. It is read once, front to back.</param>
    /// <param name="passedOver">
    /// Takes path and kind of each entry of a folder that has the name of a corpus file and is no regular file.
    /// </param>
    /// <exception cref="ConfigurationException">Names every path that leads to no corpus file.</exception>
    public static IReadOnlyList<string> Find(
        IReadOnlyList<string> paths, bool standardInput = false, ICollection<PassedOverFile>? passedOver = null)
    {
        var problems = new ProblemCollector();
        problems.Require(paths.Count > 0, "corpus", $"a file or folder with {Kinds}", "nothing", "name one");
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (ObjectUrl.IsOne(path))
                files.AddRange(FindObjects(ObjectStore.Shared, path, problems));
            else if (path == StandardInput.Path)
                files.AddRange(FindStandardInput(standardInput, problems));
            else
                files.AddRange(FindOne(path, problems, passedOver));
        }
        problems.ThrowIfAny();
        return [.. files.DistinctBy(file => RealPath.Of(file) ?? file)];
    }

    /// <summary>The objects that a path leads to; see <see cref="ObjectCorpus.Find"/>.</summary>
    internal static List<string> FindObjects(
        Func<ObjectUrl, ObjectStore> store, string path, ProblemCollector problems) =>
        ObjectCorpus.Find(store, path, HasEnding, Kinds, problems);

    /// <summary>How a file keeps its texts, by its name.</summary>
    internal static CorpusKind KindOf(string file) =>
        IsParquet(file) ? CorpusKind.Parquet
        : StoredContent.BareName(file).EndsWith(".txt", StringComparison.Ordinal) ? CorpusKind.PlainText
        : CorpusKind.JsonLines;

    /// <summary>True where texts can be found from any place: neither compressed as a whole nor one text.</summary>
    internal static bool IsSliceable(string file) =>
        KindOf(file) != CorpusKind.PlainText && !StoredContent.IsCompressed(file);

    /// <summary>Names a place in a file for messages.</summary>
    internal static string PlaceOf(string file, long line) => $"{file}, {(IsParquet(file) ? "row" : "line")} {line}";

    private static bool IsParquet(string file) => file.EndsWith(ParquetFile.Ending, StringComparison.Ordinal);

    private static string[] FindStandardInput(bool isRead, ProblemCollector problems)
    {
        problems.Require(
            isRead, StandardInput.Path, "files: a build reads its corpus more than once, and again after a kill",
            "standard input", "write it to a file, such as `COMMAND > corpus.jsonl`, and name that");
        return isRead ? [StandardInput.Path] : [];
    }

    private static List<string> FindOne(string path, ProblemCollector problems, ICollection<PassedOverFile>? passedOver)
    {
        var kind = RegularFile.KindOf(path);
        if (kind is FileKind.NamedPipe or FileKind.Socket or FileKind.Device or FileKind.LinkLoop)
        {
            problems.Add(
                path, "a regular file, or a folder", RegularFile.Describe(kind),
                "leave it out, or write what it gives into a file first");
            return [];
        }
        if (File.Exists(path))
        {
            problems.Require(
                HasEnding(path), path, Kinds, "another kind of file",
                "convert it to one JSON object with \"text\" a line");
            return [path];
        }
        var found = Directory.Exists(path) ? InFolder(path, passedOver) : ByPattern(path, passedOver);
        if (found.Count == 0)
        {
            var what = Directory.Exists(path)
                ? "a folder without any"
                : IsPattern(path) ? "no file that matches" : "nothing of that name";
            problems.Add(path, $"a corpus of {Kinds}", what, "check the path");
        }
        return found;
    }

    private static List<string> InFolder(string folder, ICollection<PassedOverFile>? passedOver) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(HasEnding)
            .Where(name => PassedOverFile.IsRegular(name, passedOver))
            // A link to a folder that it lies in can be followed some forty times, each time to the same files.
            .Where(name => RealPath.Of(name) is not null)
            .GroupBy(RealPath.Of, (_, names) => names.MinBy(name => name.Length)!)
            .Order(StringComparer.Ordinal)];

    private static List<string> ByPattern(string path, ICollection<PassedOverFile>? passedOver)
    {
        var folder = Path.GetDirectoryName(path) is { Length: > 0 } name ? name : ".";
        if (!IsPattern(path) || !Directory.Exists(folder))
            return [];
        var pattern = Path.GetFileName(path);
        return
        [
            .. Directory.EnumerateFiles(folder)
                .Where(file => HasEnding(file)
                    && FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file), ignoreCase: false))
                .Where(file => PassedOverFile.IsRegular(file, passedOver))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    private static bool HasEnding(string file) =>
        IsParquet(file)
        || s_endings.Any(ending => StoredContent.BareName(file).EndsWith(ending, StringComparison.Ordinal));
}
