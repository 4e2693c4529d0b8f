using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_grad_mode_get(out int enabled);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_grad_mode_set(int enabled);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_inference_mode_get(out int enabled);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_inference_mode_enter(int enabled, out IntPtr guard);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_inference_mode_leave(IntPtr guard);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_requires_grad_get(TensorHandle self, out int result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_requires_grad_set(TensorHandle self, int value);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_is_leaf(TensorHandle self, out int result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_retain_grad(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_grad_get(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_grad_set(TensorHandle self, TensorHandle grad);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_detach(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_detach_(TensorHandle self);

    // `failure` is written while the call runs, so it is there even though a failing status throws on return.
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_autograd_backward(ReadOnlySpan<IntPtr> tensors, int count,
        ReadOnlySpan<IntPtr> grads, int gradCount, ReadOnlySpan<IntPtr> inputs, int inputCount, int retainGraph,
        int createGraph, ref long failure);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_autograd_grad(ReadOnlySpan<IntPtr> outputs, int count,
        ReadOnlySpan<IntPtr> inputs, int inputCount, ReadOnlySpan<IntPtr> grads, int gradCount, int retainGraph,
        int createGraph, int allowUnused, ref long failure, Span<IntPtr> result);
}
