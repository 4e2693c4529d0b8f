using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

/// <summary><c>mcd_function_callbacks</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeFunctionCallbacks
{
    public delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr*, int, long> Backward;
    public delegate* unmanaged<IntPtr, void> Release;
}

/// <summary><c>mcd_tensor_list</c>: borrowed handles.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe readonly struct NativeTensorList(IntPtr* tensors, int count)
{
    public readonly IntPtr* Tensors = tensors;
    public readonly int Count = count;
}

internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_function_wrap(NativeTensorList inputs, NativeTensorList outputs,
        NativeTensorList saved, NativeTensorList dirty, NativeTensorList nonDifferentiable, int materializeGrads,
        NativeFunctionCallbacks callbacks, IntPtr context, Span<IntPtr> result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_function_saved(IntPtr saved, int count, Span<IntPtr> result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_function_return(IntPtr sink, int index, TensorHandle grad);
}
