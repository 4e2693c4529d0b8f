using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_adopt(IntPtr tensor, int change);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_share(TensorHandle tensor, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_clone(TensorHandle tensor, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_dimensions(TensorHandle tensor, out long result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_shape(TensorHandle tensor, Span<long> sizes, Span<long> strides);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_numel(TensorHandle tensor, out long result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_storage_offset(TensorHandle tensor, out long result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_dtype(TensorHandle tensor, out int result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_device(TensorHandle tensor, out int type, out int index);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_data(TensorHandle tensor, out IntPtr address);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_same(TensorHandle tensor, TensorHandle other, out int result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_to(TensorHandle tensor, int dtype, int deviceType, int deviceIndex,
        int copy, int nonBlocking, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_copy_(TensorHandle self, TensorHandle source, int nonBlocking);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_set_(TensorHandle self, TensorHandle source);
}
