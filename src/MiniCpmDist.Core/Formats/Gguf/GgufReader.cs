using System.Buffers.Binary;
using System.Text;

namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>Reads what stands before the data of a GGUF file, of this program's making or another's.</summary>
public sealed class GgufReader
{
    // The tokenizer of 122,753 pieces takes 4 MB.
    private const long MostHeaderBytes = 64 << 20;
    private const ulong MostTensors = 100_000;
    private const ulong MostKeys = 10_000;
    private const uint MostDimensions = 4;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[sizeof(ulong)];

    private GgufReader(Stream stream) => _stream = stream;

    /// <summary>Leaves the stream where the data begins.</summary>
    /// <returns>The values by key (numbers, truths and texts as they are, lists as arrays of objects), the tensors, and
    /// the byte where the data begins.</returns>
    /// <exception cref="FormatException">It is no GGUF file of version 3, or cut off, or of a type unknown
    /// here.</exception>
    public static (IReadOnlyDictionary<string, object> Values, IReadOnlyList<GgufTensor> Tensors, long DataStart) Read(
        Stream stream)
    {
        try
        {
            return new GgufReader(stream).Read();
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException)
        {
            throw new FormatException($"Expected a whole GGUF file, found one that is broken: {exception.Message}");
        }
    }

    private (IReadOnlyDictionary<string, object>, IReadOnlyList<GgufTensor>, long) Read()
    {
        var (magic, version) = (UInt32(), UInt32());
        if (magic != GgufHeader.Magic || version != GgufHeader.Version)
            throw new FormatException($"Expected a GGUF file of version 3, found the words {magic:x8} and {version}.");
        var (tensorCount, keyCount) = (Count(MostTensors, "tensors"), Count(MostKeys, "keys"));
        var values = new Dictionary<string, object>();
        for (var i = 0UL; i < keyCount; i++)
        {
            var key = Text();
            if (!values.TryAdd(key, Value((GgufValueType)UInt32())))
                throw new FormatException($"Expected every key once, found {key} twice.");
        }
        var tensors = new List<GgufTensor>();
        for (var i = 0UL; i < tensorCount; i++)
            tensors.Add(Tensor());
        var start = GgufHeader.Aligned(_stream.Position);
        foreach (var tensor in tensors)
        {
            if (tensor.Offset > _stream.Length || tensor.Offset != GgufHeader.Aligned(tensor.Offset)
                || start + tensor.Offset + tensor.Bytes > _stream.Length)
                throw new FormatException($"Expected the data of {tensor.Name} in the file, found it cut off.");
        }
        _stream.Position = start;
        return (values, tensors, start);
    }

    private GgufTensor Tensor()
    {
        var name = Text();
        var count = UInt32();
        if (count > MostDimensions)
            throw new FormatException($"Expected {MostDimensions} dimensions of {name} at most, found {count}.");
        var dimensions = new long[count];
        for (var i = 0; i < dimensions.Length; i++)
            dimensions[i] = checked((long)UInt64());
        var type = (GgufType)UInt32();
        if (!Enum.IsDefined(type))
            throw new FormatException($"Expected {name} in a type that this program writes, found type {(int)type}.");
        var tensor = new GgufTensor(name, type, dimensions, checked((long)UInt64()));
        var columns = dimensions.Length == 0 ? 1 : dimensions[0];
        return tensor.Elements > 0 && columns % type.BlockElements() == 0 && tensor.Bytes >= 0
            ? tensor
            : throw new FormatException(
                $"Expected rows of whole blocks of {type.Name()} in {name}, found {columns} columns.");
    }

    private object Value(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => (uint)Bytes(1)[0],
        GgufValueType.Int8 => (int)(sbyte)Bytes(1)[0],
        GgufValueType.UInt16 => (uint)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)),
        GgufValueType.Int16 => (int)BinaryPrimitives.ReadInt16LittleEndian(Bytes(2)),
        GgufValueType.UInt32 => UInt32(),
        GgufValueType.Int32 => (int)UInt32(),
        GgufValueType.Float32 => BitConverter.UInt32BitsToSingle(UInt32()),
        GgufValueType.Bool => Bytes(1)[0] != 0,
        GgufValueType.Text => Text(),
        GgufValueType.List => List(),
        GgufValueType.UInt64 => UInt64(),
        GgufValueType.Int64 => (long)UInt64(),
        GgufValueType.Float64 => BitConverter.UInt64BitsToDouble(UInt64()),
        _ => throw new FormatException($"Expected a value of a known type, found type {(int)type}."),
    };

    private object[] List()
    {
        var type = (GgufValueType)UInt32();
        if (type == GgufValueType.List)
            throw new FormatException("Expected a list of plain values, found a list of lists.");
        // Every element takes a byte at least, so a larger count is no list.
        var values = new List<object>();
        for (var left = Count((ulong)(_stream.Length - _stream.Position), "elements of a list"); left > 0; left--)
            values.Add(Value(type));
        return [.. values];
    }

    private string Text()
    {
        var bytes = new byte[Count((ulong)(_stream.Length - _stream.Position), "bytes of a text")];
        Fill(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private ulong Count(ulong most, string what)
    {
        var count = UInt64();
        return count <= Math.Min(most, MostHeaderBytes)
            ? count
            : throw new FormatException($"Expected {most} {what} at most, found {count}.");
    }

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)));

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(sizeof(ulong)));

    private Span<byte> Bytes(int count)
    {
        Fill(_buffer.AsSpan(0, count));
        return _buffer.AsSpan(0, count);
    }

    private void Fill(Span<byte> bytes)
    {
        _stream.ReadExactly(bytes);
        if (_stream.Position > MostHeaderBytes)
            throw new FormatException($"Expected {MostHeaderBytes} bytes before the data at most, found more.");
    }
}
