namespace MiniCpmDist.Data.Files;

/// <summary>The content of files that may be compressed, by the ends of their names.</summary>
internal static class StoredContent
{
    private const string Gzip = ".gz";

    /// <summary>The endings of compressed files, and the programs that write their content to the output.</summary>
    public static IReadOnlyList<(string Ending, string Reader)> Compressions { get; } =
        [(Gzip, "zcat"), (ZstdContent.Ending, "zstdcat")];

    public static bool IsCompressed(string path) => BareName(path).Length < path.Length;

    /// <summary>The path without the ending of its compression.</summary>
    public static string BareName(string path)
    {
        foreach (var (ending, _) in Compressions)
        {
            if (path.EndsWith(ending, StringComparison.Ordinal))
                return path[..^ending.Length];
        }
        return path;
    }

    /// <summary>
    /// What a file holds; its own bytes where it is not compressed. Disposing of the content leaves the file open.
    /// </summary>
    public static Stream Of(string path, Stream stored) =>
        path.EndsWith(Gzip, StringComparison.Ordinal) ? new GzipContent(stored)
        : path.EndsWith(ZstdContent.Ending, StringComparison.Ordinal) ? new ZstdContent(stored)
        : stored;
}
