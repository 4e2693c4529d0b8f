using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Posix;

/// <summary>Memory that a <see cref="DirectFile"/> can be written from and read into.</summary>
public sealed unsafe class AlignedBlock : IDisposable
{
    private readonly int _length;
    private void* _memory;

    /// <param name="length">Bytes; a multiple of the alignment.</param>
    public AlignedBlock(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % DirectFile.Alignment, 0);
        _memory = NativeMemory.AlignedAlloc((nuint)length, DirectFile.Alignment);
        _length = length;
    }

    /// <summary>Its bytes, until it is disposed of.</summary>
    public Span<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return new Span<byte>(_memory, _length);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
