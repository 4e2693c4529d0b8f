using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Interop;

/// <summary>The exports of <c>mcd_torch.h</c>, under the names that they have there.</summary>
internal static partial class NativeMethods
{
    private const string Library = "mcd_torch";

    // The module's P/Invokes are all here, so this runs before the first of them.
    static NativeMethods() => NativeLibraries.Register(typeof(NativeMethods).Assembly);

    // From a SafeHandle's release nothing may be thrown: the status is looked at there, not here.
    [LibraryImport(Library, EntryPoint = "mcd_torch_tensor_release")]
    internal static partial int mcd_torch_tensor_release_unchecked(IntPtr tensor);

    [LibraryImport(Library, EntryPoint = "mcd_torch_generator_release")]
    internal static partial int mcd_torch_generator_release_unchecked(IntPtr generator);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_library_version(out IntPtr version);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_threads_get(out int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_threads_set(int threads);
}
