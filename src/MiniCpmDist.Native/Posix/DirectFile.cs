using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MiniCpmDist.Native.Posix;

/// <summary>
/// Files past the page cache (<c>O_DIRECT</c>). The kernel then neither copies nor keeps what is written: a
/// checkpoint costs training next to no processor time, and does not push the training data out of memory.
/// </summary>
public static partial class DirectFile
{
    /// <summary>
    /// Positions, lengths and addresses are multiples of this many bytes: the largest block size there is.
    /// </summary>
    public const int Alignment = 4096;

    private const int InvalidArgument = 22;

    // Most processors number this flag and that of folders alike; 64-bit ARM has them the other way round.
    private static readonly int s_direct =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    /// <summary>Opens a file that exists.</summary>
    /// <returns>Null where the file system knows only cached files, as tmpfs does.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle? TryOpen(string path, FileAccess access)
    {
        const int CloseOnExec = 0x80000;
        var descriptor = open(path, s_direct | CloseOnExec | (access == FileAccess.Read ? 0 : 1));
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        return error == InvalidArgument
            ? null
            : throw new IOException($"open of {path}: {new Win32Exception(error).Message}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
}
