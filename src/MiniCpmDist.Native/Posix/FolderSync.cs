using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Posix;

/// <summary>fsync of a folder, which .NET does not offer: it makes created and renamed names durable.</summary>
public static partial class FolderSync
{
    // O_DIRECTORY; see DirectFile about 64-bit ARM.
    private static readonly int s_directory =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <exception cref="IOException">The folder cannot be opened or synced.</exception>
    public static void Flush(string path)
    {
        var descriptor = open(path, s_directory);
        if (descriptor < 0)
            throw LastError("open", path);
        try
        {
            if (fsync(descriptor) != 0)
                throw LastError("fsync", path);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException LastError(string call, string path) =>
        new($"{call} of folder {path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
