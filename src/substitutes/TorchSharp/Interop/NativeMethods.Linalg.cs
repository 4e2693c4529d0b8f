using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_matmul(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mm(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bmm(TensorHandle self, TensorHandle batch2,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mv(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_dot(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_outer(TensorHandle self, TensorHandle vec2,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addmm(TensorHandle self, TensorHandle mat1, TensorHandle mat2,
        double beta, double alpha, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addmm_(TensorHandle self, TensorHandle mat1, TensorHandle mat2,
        double beta, double alpha);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_baddbmm(TensorHandle self, TensorHandle batch1,
        TensorHandle batch2, double beta, double alpha, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_linear(TensorHandle self, TensorHandle weights,
        TensorHandle bias, out TensorHandle result);
}
