using System.IO.Enumeration;

namespace MiniCpmDist.Data.Evaluation;

/// <summary>
/// Finds the files of a pattern such as <c>mmlu/test/*_test.csv</c> below a folder; <c>?</c> stands for one character.
/// </summary>
internal static class SetFiles
{
    /// <summary>The files by name, each with what the first <c>*</c> stands for.</summary>
    public static IReadOnlyList<(string Path, string Group)> Find(string folder, string pattern)
    {
        IEnumerable<(string Path, string? Group)> found = [(folder, null)];
        var segments = pattern.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var (segment, isLast) = (segments[i], i == segments.Length - 1);
            found = found.SelectMany(entry => Below(entry.Path, segment, isLast)
                .Select(path => (path, entry.Group ?? GroupOf(Path.GetFileName(path), segment))));
        }
        return
        [
            .. found.Select(entry => (entry.Path, entry.Group ?? ""))
                .OrderBy(entry => Path.GetDirectoryName(entry.Path), StringComparer.Ordinal)
                .ThenBy(entry => Number(entry.Path))
                .ThenBy(entry => entry.Path, StringComparer.Ordinal),
        ];
    }

    // Files that are numbered, such as 2.json and 10.json, come in the order of their numbers.
    private static int Number(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path), out var number) ? number : 0;

    private static IEnumerable<string> Below(string folder, string segment, bool isFile)
    {
        if (segment.AsSpan().IndexOfAny('*', '?') < 0)
        {
            var path = Path.Combine(folder, segment);
            return (isFile ? File.Exists(path) : Directory.Exists(path)) ? [path] : [];
        }
        return (isFile ? Directory.EnumerateFiles(folder) : Directory.EnumerateDirectories(folder))
            .Where(path => FileSystemName.MatchesSimpleExpression(segment, Path.GetFileName(path), ignoreCase: false));
    }

    private static string? GroupOf(string name, string segment)
    {
        var star = segment.IndexOf('*');
        return star < 0 ? null : name[star..^(segment.Length - star - 1)];
    }
}
