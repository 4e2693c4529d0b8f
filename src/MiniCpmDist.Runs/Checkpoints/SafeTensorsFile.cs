using System.Runtime.InteropServices;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>Streams float32 tensors from a safetensors file, a block at a time.</summary>
public static class SafeTensorsFile
{
    private const string Float32 = "F32";
    private const int BlockElements = 1 << 20;

    /// <summary>
    /// Reads every tensor of a file and hands it over in blocks:
    /// <paramref name="write"/>(entry, first element, elements).
    /// </summary>
    public static void Read(string path, Action<SafeTensorEntry, long, ReadOnlySpan<float>> write)
    {
        using var stream = InputFile.Open(path);
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
