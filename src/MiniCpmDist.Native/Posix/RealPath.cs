using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Posix;

/// <summary>Finds where a file really lies, whatever links lead to it.</summary>
public static partial class RealPath
{
    /// <summary>
    /// The path without links; null where there is nothing, or only by more links than the system follows.
    /// </summary>
    public static string? Of(string path)
    {
        var found = realpath(path, 0);
        if (found == 0)
            return null;
        try
        {
            return Marshal.PtrToStringUTF8(found);
        }
        finally
        {
            free(found);
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint realpath(string path, nint buffer);

    [LibraryImport("libc")]
    private static partial void free(nint memory);
}
