using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Loading;

/// <summary>An error that a library behind the bridge reported; the message is the library's own.</summary>
public class NativeException : ExternalException
{
    private protected const int OutOfMemoryStatus = 2;
    internal const int BadArgumentStatus = 3;

    public NativeException(string message, int status = 1) : base(message) => NativeStatus = status;

    /// <summary>The status as declared in <c>mcd_common.h</c>.</summary>
    public int NativeStatus { get; }

    public bool IsOutOfMemory => NativeStatus == OutOfMemoryStatus;

    internal static NativeException FromLastError(int status) => status == OutOfMemoryStatus
        ? NativeOutOfMemoryException.From(NativeLibraries.LastError(), HostMemory.Read())
        : new NativeException(NativeLibraries.LastError(), status);
}
