using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_eq(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_eq_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ne(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ne_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_lt(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_lt_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_le(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_le_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_gt(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_gt_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ge(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ge_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bitwise_and(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bitwise_or(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bitwise_xor(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bitwise_not(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_logical_not(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_logical_and(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_logical_or(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_where(TensorHandle self, TensorHandle condition, TensorHandle y,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_masked_fill(TensorHandle self, TensorHandle mask,
        NativeScalar value, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_masked_fill_(TensorHandle self, TensorHandle mask,
        NativeScalar value);
}
