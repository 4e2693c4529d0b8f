using System.Runtime.InteropServices;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>Where a tensor lies in a safetensors file.</summary>
internal sealed record TensorPlace(string Path, SafeTensorEntry Entry, long DataStart)
{
    private const string Float32 = "F32";
    private const int BlockElements = 1 << 20;

    public string ShapeText => $"{Entry.DType} [{string.Join(", ", Entry.Shape)}]";

    public static IEnumerable<TensorPlace> AllOf(string path)
    {
        try
        {
            using var stream = InputFile.Open(path);
            var (entries, start) = SafeTensorsHeader.Read(stream);
            return [.. entries.Select(entry => new TensorPlace(path, entry, start))];
        }
        catch (Exception exception) when (exception is FormatException or FileNotFoundException)
        {
            throw Damage(path, exception.Message);
        }
    }

    /// <summary>How far this tensor is from another of its type and shape; null where every bit is the same.</summary>
    public TensorDifference? Compare(TensorPlace other)
    {
        if (Entry.DType != Float32)
            throw Damage(Path, $"{Entry.Name} as {Entry.DType}");
        using var first = Open();
        using var second = other.Open();
        var (a, b) = (new float[BlockElements], new float[BlockElements]);
        var (absolute, relative, isDifferent) = (0.0, 0.0, false);
        for (var left = (Entry.End - Entry.Begin) / sizeof(float); left > 0; left -= BlockElements)
        {
            var count = (int)Math.Min(BlockElements, left);
            Fill(first, Path, a.AsSpan(0, count));
            Fill(second, other.Path, b.AsSpan(0, count));
            // Zeros of either sign, and two values that are not numbers, are different bits at no distance.
            isDifferent |= !MemoryMarshal.AsBytes(a.AsSpan(0, count))
                .SequenceEqual(MemoryMarshal.AsBytes(b.AsSpan(0, count)));
            for (var i = 0; i < count; i++)
            {
                var distance = Distance(a[i], b[i]);
                absolute = Math.Max(absolute, distance);
                relative = Math.Max(
                    relative,
                    distance > 0 && double.IsFinite(distance)
                        ? distance / Math.Max(Math.Abs((double)a[i]), Math.Abs((double)b[i]))
                        : distance);
            }
        }
        return isDifferent ? new TensorDifference(Entry.Name, absolute, relative) : null;
    }

    private static double Distance(float a, float b)
    {
        if (a == b || (float.IsNaN(a) && float.IsNaN(b)))
            return 0;
        var distance = Math.Abs((double)a - b);
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }

    private FileStream Open()
    {
        var stream = InputFile.Open(Path);
        stream.Position = DataStart + Entry.Begin;
        return stream;
    }

    private static void Fill(FileStream stream, string path, Span<float> block)
    {
        var bytes = MemoryMarshal.AsBytes(block);
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw Damage(path, "a file that ends too early");
    }

    private static ConfigurationException Damage(string path, string found) => new([new Problem(
        path, "a safetensors file of F32 tensors", found, "`minicpm checkpoint verify` says what else is damaged")]);
}
