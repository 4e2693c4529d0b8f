using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>
/// What stands before the data of a GGUF file of version 3: keys with typed values, then the tensors with type,
/// dimensions and place. All numbers are little-endian.
/// </summary>
public sealed class GgufHeader
{
    public const uint Magic = 0x4655_4747;
    public const uint Version = 3;
    private const int Alignment = 32;

    private readonly ArrayBufferWriter<byte> _values = new();
    private ulong _count;

    /// <summary>The first multiple of the format's alignment at or after a byte.</summary>
    public static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;

    public void Add(string key, uint value) => Add(key, GgufValueType.UInt32, () => Number(value));

    public void Add(string key, float value) =>
        Add(key, GgufValueType.Float32, () => Number(BitConverter.SingleToUInt32Bits(value)));

    public void Add(string key, bool value) =>
        Add(key, GgufValueType.Bool, () => _values.Write([value ? (byte)1 : (byte)0]));

    public void Add(string key, string value) =>
        Add(key, GgufValueType.Text, () => Text(Encoding.UTF8.GetBytes(value)));

    /// <summary>A list of texts, each in UTF-8.</summary>
    public void Add(string key, IReadOnlyList<byte[]> values) =>
        AddList(key, GgufValueType.Text, values, value => Text(value));

    public void Add(string key, IReadOnlyList<float> values) =>
        AddList(key, GgufValueType.Float32, values, value => Number(BitConverter.SingleToUInt32Bits(value)));

    public void Add(string key, IReadOnlyList<int> values) =>
        AddList(key, GgufValueType.Int32, values, value => Number((uint)value));

    /// <summary>All bytes before the data of the tensors.</summary>
    public byte[] Write(IReadOnlyList<GgufTensor> tensors)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write(_count);
        writer.Write(_values.WrittenSpan);
        foreach (var tensor in tensors)
        {
            var name = Encoding.UTF8.GetBytes(tensor.Name);
            writer.Write((ulong)name.Length);
            writer.Write(name);
            writer.Write((uint)tensor.Dimensions.Count);
            foreach (var dimension in tensor.Dimensions)
                writer.Write((ulong)dimension);
            writer.Write((uint)tensor.Type);
            writer.Write((ulong)tensor.Offset);
        }
        writer.Write(new byte[Aligned(stream.Length) - stream.Length]);
        return stream.ToArray();
    }

    /// <summary>Tensors one after the other, each at a place that the format allows.</summary>
    public static IReadOnlyList<GgufTensor> Place(
        IEnumerable<(string Name, GgufType Type, IReadOnlyList<long> Dimensions)> tensors)
    {
        var placed = new List<GgufTensor>();
        foreach (var (name, type, dimensions) in tensors)
            placed.Add(new GgufTensor(name, type, dimensions, placed is [.., var last] ? last.End : 0));
        return placed;
    }

    private void Add(string key, GgufValueType type, Action write)
    {
        Text(Encoding.UTF8.GetBytes(key));
        Number((uint)type);
        write();
        _count++;
    }

    private void AddList<T>(string key, GgufValueType type, IReadOnlyList<T> values, Action<T> write) =>
        Add(key, GgufValueType.List, () =>
        {
            Number((uint)type);
            Number((ulong)values.Count);
            foreach (var value in values)
                write(value);
        });

    private void Text(ReadOnlySpan<byte> utf8)
    {
        Number((ulong)utf8.Length);
        _values.Write(utf8);
    }

    private void Number(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _values.Write(bytes);
    }

    private void Number(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _values.Write(bytes);
    }
}
