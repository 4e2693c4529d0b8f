using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Objects;

namespace MiniCpmDist.Data.Building;

/// <summary>A corpus file as it was when a build looked at it; size and time tell whether it is still the
/// same.</summary>
/// <param name="Path">As the user named it, or below the folder that the user named.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="ModifiedTicks">When it was last written: 100 ns since the year 1, UTC.</param>
internal sealed record SourceFile(string Path, long Bytes, long ModifiedTicks)
{
    /// <summary>What to do about ranks that see different files.</summary>
    public const string Same = "give all ranks the same files";

    public static SourceFile Of(string path)
    {
        var (bytes, ticks) = StoredFile.Look(path);
        return new SourceFile(path, bytes, ticks);
    }

    /// <summary>What is wrong where this rank sees another file than rank 0; null for nothing. Ranks on other machines
    /// may see other files under the same names.</summary>
    public Problem? SeenBy(int rank)
    {
        var found = !ObjectUrl.IsOne(Path) && !File.Exists(Path) ? "no file of that name"
            : StoredFile.Look(Path).Bytes is var bytes && bytes != Bytes ? $"{bytes} bytes"
            : null;
        return found is null ? null : new Problem(
            Path, $"{Bytes} bytes, as rank 0 sees it", $"{found} on rank {rank}", Same);
    }
}
