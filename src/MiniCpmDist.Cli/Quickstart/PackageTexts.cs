namespace MiniCpmDist.Cli.Quickstart;

/// <summary>A Debian package, and which of its files are taken.</summary>
/// <param name="Names">Its name in each release of Debian; the first that the mirror has counts.</param>
/// <param name="Patterns">Shell patterns of its files, relative to the root.</param>
internal sealed record PackageTexts(IReadOnlyList<string> Names, IReadOnlyList<string> Patterns)
{
    /// <summary>Reads a package list: <c>PACKAGE|OTHER PATTERN...</c> a line; <c>#</c> begins a comment.</summary>
    public static IReadOnlyList<PackageTexts> ReadList(string text) =>
    [
        .. text.Split('\n')
            .Select(line => line.Split('#')[0].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 0)
            .Select(words => new PackageTexts(words[0].Split('|'), words[1..])),
    ];

    /// <summary>Copies the files of an unpacked package that the patterns name, their folders included.</summary>
    /// <remarks>Links are left out: they are other names of the same text.</remarks>
    /// <param name="root">The unpacked package.</param>
    /// <param name="into">The folder to copy into.</param>
    /// <returns>Bytes of text.</returns>
    public long Take(string root, string into)
    {
        Directory.CreateDirectory(into);
        var patterns = Patterns.Select(pattern => new ShellPattern(pattern)).ToList();
        long bytes = 0;
        var files = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", files))
        {
            var name = Path.GetRelativePath(root, file.FullName);
            if (!patterns.Any(pattern => pattern.Matches(name)))
                continue;
            var copy = Path.Combine(into, name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy);
            bytes += file.Length;
        }
        return bytes;
    }
}
