using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Files;

/// <summary>Something in a folder that has the name of a file to be read, and is no regular file.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Kind">What it is.</param>
public sealed record PassedOverFile(string Path, FileKind Kind)
{
    public override string ToString() =>
        $"{Path} ({(Kind == FileKind.Nothing ? "a link to nothing" : RegularFile.Describe(Kind))})";

    /// <summary>True for a regular file. Anything else must not be opened, and is noted.</summary>
    public static bool IsRegular(string path, ICollection<PassedOverFile>? passedOver)
    {
        var kind = RegularFile.KindOf(path);
        // A loop of folders leads to each file by ever longer paths, until the system refuses. That is not reported,
        // because the file is found under its own name.
        if (kind != FileKind.RegularFile && (kind != FileKind.LinkLoop || new FileInfo(path).LinkTarget is not null))
            passedOver?.Add(new PassedOverFile(path, kind));
        return kind == FileKind.RegularFile;
    }
}
