using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_abs(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ceil(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_cos(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_erf(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_exp(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_expm1(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_floor(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_log(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_log1p(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_log2(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_neg(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_reciprocal(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_relu(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_rsqrt(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sigmoid(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sign(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sin(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sqrt(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_square(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_tanh(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_trunc(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_abs_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_exp_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_log_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_neg_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_relu_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_rsqrt_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sigmoid_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sqrt_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_tanh_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_round(TensorHandle self, long decimals, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_silu(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_silu_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_gelu(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_isfinite(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_isnan(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_isinf(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_clamp(TensorHandle self, NativeScalar min, NativeScalar max,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_clamp_(TensorHandle self, NativeScalar min, NativeScalar max);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_zero_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_fill_(TensorHandle self, NativeScalar value);
}
