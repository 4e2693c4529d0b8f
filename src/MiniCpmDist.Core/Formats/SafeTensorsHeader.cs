using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// The header of a safetensors file: its length (uint64, little-endian), then a JSON object of tensors with type, shape
/// and place, padded with spaces to a multiple of 8 bytes so that the data is aligned.
/// </summary>
public static class SafeTensorsHeader
{
    private const int Alignment = 8;

    // The reference implementation takes 100 MB, of which reading makes a gigabyte. A tensor takes some 150 bytes, and
    // the largest models that are published have some ten thousand of them in a file.
    private const long LargestHeader = 16 << 20;
    private const int MostTensors = 100_000;
    private const int MostDimensions = 16;
    private const string Metadata = "__metadata__";

    private static readonly Dictionary<string, int> s_bytesPerElement = new()
    {
        ["F64"] = 8, ["F32"] = 4, ["F16"] = 2, ["BF16"] = 2,
        ["I64"] = 8, ["I32"] = 4, ["I16"] = 2, ["I8"] = 1, ["U8"] = 1, ["BOOL"] = 1,
    };

    /// <summary>The header for tensors that lie one after the other in this order.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name, or a type is unknown.</exception>
    public static byte[] Write(
        IEnumerable<(string Name, string DType, IReadOnlyList<long> Shape)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        stream.Write(stackalloc byte[sizeof(ulong)]);
        using (var writer = new Utf8JsonWriter(
            stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata is not null)
                WriteMetadata(writer, metadata);
            WriteTensors(writer, tensors);
            writer.WriteEndObject();
        }
        while (stream.Length % Alignment != 0)
            stream.WriteByte((byte)' ');
        var bytes = stream.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)(bytes.Length - sizeof(ulong)));
        return bytes;
    }

    /// <summary>Reads the header from the beginning of a stream and leaves the stream where the data starts.</summary>
    /// <returns>The tensors in the order of their data, and the byte where the data starts.</returns>
    /// <exception cref="FormatException">The header is cut off, no JSON, or contradicts itself.</exception>
    public static (IReadOnlyList<SafeTensorEntry> Entries, long DataStart) Read(Stream stream)
    {
        var length = new byte[sizeof(ulong)];
        if (stream.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) < length.Length)
            throw new FormatException("Expected a safetensors file, found fewer than 8 bytes.");
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerBytes is < 2 or > (ulong)LargestHeader)
            throw new FormatException(
                $"Expected a safetensors file with a header of at most {LargestHeader} bytes, found {headerBytes}.");
        if (stream.CanSeek && (long)headerBytes > stream.Length - stream.Position)
            throw CutOff((long)headerBytes, stream.Length - stream.Position);
        var header = new byte[headerBytes];
        var found = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (found < header.Length)
            throw CutOff(header.Length, found);
        return (Entries(header), sizeof(ulong) + header.Length);
    }

    private static FormatException CutOff(long expected, long found) => new(
        $"Expected a safetensors header of {expected} bytes, found {found}: the file is cut off.");

    private static SafeTensorEntry[] Entries(byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header);
            var count = document.RootElement.GetPropertyCount();
            if (count > MostTensors)
                throw new FormatException($"Expected {MostTensors} tensors in a file at most, found {count}.");
            var entries = document.RootElement.EnumerateObject()
                .Where(member => member.Name != Metadata)
                .Select(member => Entry(member.Name, member.Value))
                .OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)
                .ToArray();
            RequireWithoutGaps(entries);
            return entries;
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw new FormatException(
                $"Expected a safetensors header, found one that cannot be read: {exception.Message}", exception);
        }
    }

    private static SafeTensorEntry Entry(string name, JsonElement value)
    {
        var offsets = value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw new FormatException($"Expected two data_offsets of {name}, found {offsets.GetArrayLength()}.");
        if (value.GetProperty("shape").GetArrayLength() > MostDimensions)
            throw new FormatException($"Expected {MostDimensions} dimensions of {name} at most, found more.");
        var entry = new SafeTensorEntry(
            name,
            value.GetProperty("dtype").GetString() ?? "null",
            [.. value.GetProperty("shape").EnumerateArray().Select(size => Whole(name, size))],
            Whole(name, offsets[0]),
            Whole(name, offsets[1]));
        if (!s_bytesPerElement.TryGetValue(entry.DType, out var size))
            throw new FormatException(
                $"Expected {name} as one of {string.Join(", ", s_bytesPerElement.Keys)}, found {entry.DType}.");
        if (entry.Shape.Any(dimension => dimension < 0) || Bytes(entry.Shape, size) != entry.End - entry.Begin)
        {
            throw new FormatException(
                $"Expected as many bytes of {name} as its shape [{string.Join(", ", entry.Shape)}] {entry.DType} "
                + $"needs, found {entry.End - entry.Begin}.");
        }
        return entry;
    }

    private static long Whole(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : throw new FormatException($"Expected whole numbers as shape and data_offsets of {name}, found others.");

    private static void RequireWithoutGaps(SafeTensorEntry[] entries)
    {
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
            {
                throw new FormatException(
                    $"Expected {entry.Name} at byte {end} of the data, found byte {entry.Begin}: "
                    + "tensors overlap or leave a gap.");
            }
            end = entry.End;
        }
        if (entries.GroupBy(entry => entry.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new FormatException($"Expected every tensor once, found {twice.Key} twice.");
    }

    private static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> metadata)
    {
        writer.WriteStartObject(Metadata);
        foreach (var (key, value) in metadata)
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static void WriteTensors(
        Utf8JsonWriter writer, IEnumerable<(string Name, string DType, IReadOnlyList<long> Shape)> tensors)
    {
        var names = new HashSet<string>();
        var end = 0L;
        foreach (var (name, dtype, shape) in tensors)
        {
            if (!names.Add(name))
                throw new ArgumentException($"Expected every tensor once, found {name} twice.", nameof(tensors));
            if (!s_bytesPerElement.TryGetValue(dtype, out var size))
            {
                throw new ArgumentException(
                    $"Expected {name} as one of {string.Join(", ", s_bytesPerElement.Keys)}, found {dtype}.",
                    nameof(tensors));
            }
            var begin = end;
            end += Bytes(shape, size);
            writer.WriteStartObject(name);
            writer.WriteString("dtype", dtype);
            WriteNumbers(writer, "shape", shape);
            WriteNumbers(writer, "data_offsets", [begin, end]);
            writer.WriteEndObject();
        }
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, IReadOnlyList<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    private static long Bytes(IReadOnlyList<long> shape, int bytesPerElement) =>
        shape.Aggregate((long)bytesPerElement, (product, size) => checked(product * size));
}
