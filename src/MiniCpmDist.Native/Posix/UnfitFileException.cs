namespace MiniCpmDist.Native.Posix;

/// <summary>A file that nobody should read: not a regular one, or larger than its kind can be.</summary>
public sealed class UnfitFileException(string path, string expected, string found)
    : IOException($"{path}: expected {expected}, found {found}")
{
    public string Path { get; } = path;

    public string Expected { get; } = expected;

    public string Found { get; } = found;
}
