using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_add(TensorHandle self, TensorHandle target, NativeScalar alpha,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_add_scalar(TensorHandle self, NativeScalar scalar,
        NativeScalar alpha, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_add_(TensorHandle self, TensorHandle target, NativeScalar alpha);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_add_scalar_(TensorHandle self, NativeScalar scalar,
        NativeScalar alpha);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sub(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sub_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sub_(TensorHandle self, TensorHandle target);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sub_scalar_(TensorHandle self, NativeScalar target);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mul(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mul_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mul_(TensorHandle self, TensorHandle target);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mul_scalar_(TensorHandle self, NativeScalar target);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_div(TensorHandle self, TensorHandle target, int rounding_mode,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_div_scalar(TensorHandle self, NativeScalar target,
        int rounding_mode, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_div_(TensorHandle self, TensorHandle target, int rounding_mode);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_div_scalar_(TensorHandle self, NativeScalar target,
        int rounding_mode);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_floor_divide(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_remainder(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_remainder_scalar(TensorHandle self, NativeScalar scalar,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_pow(TensorHandle self, TensorHandle exponent,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_pow_scalar(TensorHandle self, NativeScalar exponent,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_pow_(TensorHandle self, TensorHandle exponent);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_pow_scalar_(TensorHandle self, NativeScalar exponent);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_maximum(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_minimum(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addcmul(TensorHandle self, TensorHandle tensor1,
        TensorHandle tensor2, NativeScalar value, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addcmul_(TensorHandle self, TensorHandle tensor1,
        TensorHandle tensor2, NativeScalar value);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addcdiv(TensorHandle self, TensorHandle tensor1,
        TensorHandle tensor2, NativeScalar value, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addcdiv_(TensorHandle self, TensorHandle tensor1,
        TensorHandle tensor2, NativeScalar value);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_lerp(TensorHandle self, TensorHandle end, TensorHandle weight,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_lerp_(TensorHandle self, TensorHandle end, TensorHandle weight);
}
