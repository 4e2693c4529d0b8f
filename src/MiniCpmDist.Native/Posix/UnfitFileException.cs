namespace MiniCpmDist.Native.Posix;

/// <summary>A file must not be read: it is not a regular file, or it is larger than its kind can be.</summary>
public sealed class UnfitFileException(string path, string expected, string found)
    : IOException($"{path}: expected {expected}, found {found}")
{
    public string Path { get; } = path;

    public string Expected { get; } = expected;

    public string Found { get; } = found;
}
