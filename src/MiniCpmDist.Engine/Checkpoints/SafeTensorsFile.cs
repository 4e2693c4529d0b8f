using System.Runtime.InteropServices;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>Streams float32 tensors to and from a safetensors file, a block at a time.</summary>
public static class SafeTensorsFile
{
    private const string Float32 = "F32";
    private const int BlockElements = 1 << 20;

    /// <summary>
    /// Writes tensors whose elements come from <paramref name="read"/>(tensor index, first element, destination).
    /// </summary>
    public static void Write(
        Stream stream,
        IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> tensors,
        Action<int, long, Span<float>> read)
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        stream.Write(SafeTensorsHeader.Write(tensors.Select(tensor => (tensor.Name, Float32, tensor.Shape)), metadata));
        var block = new float[BlockElements];
        for (var i = 0; i < tensors.Count; i++)
        {
            var count = ElementCount(tensors[i].Shape);
            for (var first = 0L; first < count; first += BlockElements)
            {
                var part = block.AsSpan(0, (int)Math.Min(BlockElements, count - first));
                read(i, first, part);
                stream.Write(MemoryMarshal.AsBytes(part));
            }
        }
    }

    /// <summary>
    /// Reads every tensor of a file and hands it over in blocks:
    /// <paramref name="write"/>(entry, first element, elements).
    /// </summary>
    public static void Read(string path, Action<SafeTensorEntry, long, ReadOnlySpan<float>> write)
    {
        using var stream = File.OpenRead(path);
        var (entries, dataStart) = SafeTensorsHeader.Read(stream);
        var block = new float[BlockElements];
        foreach (var entry in entries)
        {
            if (entry.DType != Float32)
                throw new ConfigurationException($"Expected {entry.Name} in {path} as F32, found {entry.DType}.");
            var count = ElementCount(entry.Shape);
            stream.Position = dataStart + entry.Begin;
            for (var first = 0L; first < count; first += BlockElements)
            {
                var part = block.AsSpan(0, (int)Math.Min(BlockElements, count - first));
                stream.ReadExactly(MemoryMarshal.AsBytes(part));
                write(entry, first, part);
            }
        }
    }

    private static long ElementCount(IReadOnlyList<long> shape) =>
        shape.Aggregate(1L, (product, size) => product * size);
}
