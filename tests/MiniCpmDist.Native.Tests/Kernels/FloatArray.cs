using System.Runtime.InteropServices;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.Tests.Kernels;

/// <summary>float32 numbers in native memory, as the kernels want them.</summary>
public sealed class FloatArray : IDisposable
{
    private readonly int _count;

    public FloatArray(ReadOnlySpan<float> values)
    {
        _count = values.Length;
        Address = Marshal.AllocHGlobal(Math.Max(1, _count) * sizeof(float));
        values.CopyTo(Values);
    }

    public nint Address { get; }

    public Span<float> Values => NativeSpan.Of<float>(Address, _count);

    public void Dispose() => Marshal.FreeHGlobal(Address);
}
