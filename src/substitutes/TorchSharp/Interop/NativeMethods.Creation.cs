using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_create_empty(ReadOnlySpan<long> sizes, int count,
        NativeTensorOptions options, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_create_full(ReadOnlySpan<long> sizes, int count, NativeScalar value,
        NativeTensorOptions options, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_create_range(NativeScalar start, NativeScalar stop, NativeScalar step,
        NativeTensorOptions options, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_create_linspace(NativeScalar start, NativeScalar stop, long steps,
        NativeTensorOptions options, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_create_eye(long rows, long columns, NativeTensorOptions options,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_create_permutation(long n, GeneratorHandle generator,
        NativeTensorOptions options, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_create_copy(ReadOnlySpan<byte> data, long bytes, int dtype,
        ReadOnlySpan<long> sizes, int count, NativeTensorOptions options, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_create_cat(ReadOnlySpan<IntPtr> tensors, int count, long dim,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_create_stack(ReadOnlySpan<IntPtr> tensors, int count, long dim,
        out TensorHandle result);
}
