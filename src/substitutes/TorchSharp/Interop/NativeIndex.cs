using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary><c>mcd_index</c>. The tensor is borrowed: whoever builds one keeps the tensor alive over the
/// call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeIndex
{
    public const int NoneKind = 0;
    public const int IntegerKind = 1;
    public const int SliceKind = 2;
    public const int EllipsisKind = 3;
    public const int TensorKind = 4;
    public const int BoolKind = 5;

    public long Start;
    public long Stop;
    public long Step;
    public IntPtr Tensor;
    public int Kind;
}
