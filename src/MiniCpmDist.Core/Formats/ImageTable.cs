using System.Buffers.Binary;
using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// The parts of pictures in one sequence as bytes: their number, then for each its first position, width and height,
/// all as 32-bit integers, then the pixels of all parts.
/// </summary>
public static class ImageTable
{
    private const int FieldsOfPart = 3;

    /// <summary>The bytes of some parts.</summary>
    public static byte[] Write(IReadOnlyList<PlacedPart> parts)
    {
        var head = sizeof(int) * (1 + FieldsOfPart * parts.Count);
        var bytes = new byte[head + parts.Sum(part => part.Part.Pixels.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, parts.Count);
        var (field, pixel) = (sizeof(int), head);
        foreach (var part in parts)
        {
            foreach (var value in (int[])[checked((int)part.Position), part.Part.Width, part.Part.Height])
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(field), value);
                field += sizeof(int);
            }
            part.Part.Pixels.CopyTo(bytes, pixel);
            pixel += part.Part.Pixels.Length;
        }
        return bytes;
    }

    /// <summary>The parts, with the places that features take in a sequence.</summary>
    /// <param name="bytes">As <see cref="Write"/> gives them.</param>
    /// <param name="sequenceLength">Positions of the sequence.</param>
    /// <param name="queries">Positions that a part takes.</param>
    /// <param name="patch">Both sides of a part are multiples of it.</param>
    /// <exception cref="FormatException">They are not parts of a sequence.</exception>
    public static IReadOnlyList<PlacedPart> Read(ReadOnlySpan<byte> bytes, int sequenceLength, int queries, int patch)
    {
        if (bytes.Length < sizeof(int))
            throw new FormatException("no number of parts");
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (count < 0 || (long)count * queries > sequenceLength
            || bytes.Length < sizeof(int) * (1 + FieldsOfPart * (long)count))
            throw new FormatException($"{count} parts, which do not fit");
        var (parts, free, at) = (new List<PlacedPart>(count), 0, sizeof(int) * (1 + FieldsOfPart * count));
        for (var i = 0; i < count; i++)
        {
            var fields = bytes[(sizeof(int) * (1 + FieldsOfPart * i))..];
            var position = BinaryPrimitives.ReadInt32LittleEndian(fields);
            var width = BinaryPrimitives.ReadInt32LittleEndian(fields[sizeof(int)..]);
            var height = BinaryPrimitives.ReadInt32LittleEndian(fields[(2 * sizeof(int))..]);
            if (position < free || position > sequenceLength - queries)
                throw new FormatException($"part {i} at position {position}");
            var size = width < patch || height < patch || width % patch != 0 || height % patch != 0
                ? -1
                : (long)width * height * RgbImage.Channels;
            if (size < 0 || size > bytes.Length - at)
                throw new FormatException($"part {i} of {width} x {height} pixels");
            parts.Add(new PlacedPart(new RgbImage(width, height, bytes.Slice(at, (int)size).ToArray()), position));
            (free, at) = (position + queries, at + (int)size);
        }
        return at == bytes.Length ? parts : throw new FormatException($"{bytes.Length - at} bytes after the last part");
    }
}
