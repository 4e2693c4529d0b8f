using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Files;

/// <summary>Something in a folder that has the name of a file to be read, and is no regular file.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Kind">What it is.</param>
public sealed record PassedOverFile(string Path, FileKind Kind)
{
    public override string ToString() =>
        $"{Path} ({(Kind == FileKind.Nothing ? "a link to nothing" : RegularFile.Describe(Kind))})";

    /// <summary>False for what must not be opened, which is noted.</summary>
    public static bool IsRegular(string path, ICollection<PassedOverFile>? passedOver)
    {
        var kind = RegularFile.KindOf(path);
        // A loop of folders leads to each file by ever longer ways, until the system has enough: that is nothing to
        // tell, for the file is found under its name.
        if (kind != FileKind.RegularFile && (kind != FileKind.LinkLoop || new FileInfo(path).LinkTarget is not null))
            passedOver?.Add(new PassedOverFile(path, kind));
        return kind == FileKind.RegularFile;
    }
}
