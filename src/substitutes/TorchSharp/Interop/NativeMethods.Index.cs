using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_index(TensorHandle self, ReadOnlySpan<NativeIndex> indices,
        int count, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_index_put_(TensorHandle self, ReadOnlySpan<NativeIndex> indices,
        int count, TensorHandle value);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_cross_entropy(TensorHandle self, TensorHandle target,
        TensorHandle weight, long reduction, long ignoreIndex, double labelSmoothing, out TensorHandle result);
}
