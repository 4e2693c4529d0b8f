namespace MiniCpmDist.Data.Building;

/// <summary>A corpus file as it was when a build looked at it; size and time tell whether it is still the
/// same.</summary>
/// <param name="Path">As the user named it, or below the folder that the user named.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="ModifiedTicks">When it was last written: 100 ns since the year 1, UTC.</param>
internal sealed record SourceFile(string Path, long Bytes, long ModifiedTicks)
{
    public static SourceFile Of(string path)
    {
        var file = new FileInfo(path);
        return new SourceFile(path, file.Length, file.LastWriteTimeUtc.Ticks);
    }
}
