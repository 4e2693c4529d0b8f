using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>A tensor of a model folder: which file it lies in, and where in it.</summary>
/// <param name="Path">Safetensors file.</param>
/// <param name="DataStart">Byte of the file where the data of its tensors begin.</param>
/// <param name="Entry">Name, type, shape and place after <paramref name="DataStart"/>.</param>
internal sealed record StoredTensor(string Path, long DataStart, SafeTensorEntry Entry)
{
    private const int BlockElements = 1 << 20;

    /// <summary>What is added to it when it is read as numbers.</summary>
    public IReadOnlyList<StoredAdapter> Adapters { get; init; } = [];

    /// <summary>The files that decide its numbers.</summary>
    public IEnumerable<string> Files =>
        Adapters.SelectMany(adapter => adapter.Down.Files.Concat(adapter.Up.Files)).Prepend(Path);

    /// <summary>Types that become float32 without loss.</summary>
    public static IReadOnlyList<string> Types { get; } = ["F32", "F16", "BF16"];

    /// <summary>
    /// Reads all elements as float32, a block at a time: <paramref name="write"/>(first element, elements).
    /// </summary>
    /// <param name="write">Takes them.</param>
    /// <param name="blockElements">Elements of a block; the last one may have fewer.</param>
    public void Read(Action<long, ReadOnlySpan<float>> write, int blockElements = BlockElements)
    {
        using var stream = InputFile.Open(Path);
        stream.Position = DataStart + Entry.Begin;
        var size = Entry.DType == "F32" ? sizeof(float) : sizeof(ushort);
        var count = (Entry.End - Entry.Begin) / size;
        var length = (int)Math.Min(blockElements, count);
        var (bytes, block) = (new byte[length * size], new float[length]);
        Action<long, Span<float>>[] adapters = [.. Adapters.Select(adapter => adapter.Open())];
        for (var first = 0L; first < count; first += length)
        {
            var part = (int)Math.Min(length, count - first);
            stream.ReadExactly(bytes.AsSpan(0, part * size));
            HalfPrecision.Widen(bytes.AsSpan(0, part * size), Entry.DType, block);
            foreach (var add in adapters)
                add(first, block.AsSpan(0, part));
            write(first, block.AsSpan(0, part));
        }
    }

    /// <summary>All bytes as they are stored, of a tensor that is not larger than an array.</summary>
    public byte[] ReadBytes()
    {
        using var stream = InputFile.Open(Path);
        stream.Position = DataStart + Entry.Begin;
        var bytes = new byte[checked((int)(Entry.End - Entry.Begin))];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>All elements as float32, of a tensor that is not larger than an array.</summary>
    public float[] ReadAll()
    {
        var values = new float[checked((int)Entry.Shape.Aggregate(1L, (product, size) => product * size))];
        Read((first, block) => block.CopyTo(values.AsSpan((int)first)));
        return values;
    }
}
