using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>
/// Hidden states of all calibration sequences between two blocks, on the disk: they would be the largest part of memory
/// otherwise. Several threads may read and write at once.
/// </summary>
internal sealed class ActivationFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly int _elements;

    private ActivationFile(SafeFileHandle handle, int elements) => (_handle, _elements) = (handle, elements);

    /// <param name="path">A new file; replaced where it exists.</param>
    /// <param name="elements">Of the longest sequence.</param>
    public static ActivationFile Create(string path, int elements) =>
        new(File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite), elements);

    /// <summary>Opens a file that is whole.</summary>
    public static ActivationFile Open(string path, int elements) =>
        new(File.OpenHandle(path, FileMode.Open, FileAccess.Read), elements);

    /// <summary>Opens a file in the making, for one of several processes that write to it.</summary>
    public static ActivationFile OpenToWrite(string path, int elements) =>
        new(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite), elements);

    /// <param name="sequence">By its place.</param>
    /// <param name="elements">That it has.</param>
    public float[] Read(int sequence, int elements)
    {
        var values = new float[elements];
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(_handle, bytes[done..], PlaceOf(sequence) + done);
            if (read == 0)
                throw new EndOfStreamException("The file of hidden states is cut off.");
            done += read;
        }
        return values;
    }

    public void Write(int sequence, float[] values) =>
        RandomAccess.Write(_handle, MemoryMarshal.AsBytes<float>(values), PlaceOf(sequence));

    public void FlushToDisk() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();

    private long PlaceOf(int sequence) => (long)sequence * _elements * sizeof(float);
}
