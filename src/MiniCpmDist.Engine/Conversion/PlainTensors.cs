using System.Buffers.Binary;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>Parameters of a model as a safetensors file, a block at a time.</summary>
internal static class PlainTensors
{
    /// <param name="stream">Of the file.</param>
    /// <param name="source">The model.</param>
    /// <param name="specs">The parameters.</param>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="progress">Is told of the bytes that are written.</param>
    /// <exception cref="ConfigurationException">A number is too large for the type.</exception>
    public static void Write(
        Stream stream, ExportSource source, IEnumerable<ParameterSpec> specs, GgufType type, Action<int>? progress)
    {
        var all = specs.ToArray();
        stream.Write(SafeTensorsHeader.Write(
            all.Select(spec => (PublishedNames.Of(source.Shape, spec), type.Name(), spec.Shape)),
            new Dictionary<string, string> { ["format"] = "pt" }));
        var bytes = Array.Empty<byte>();
        foreach (var spec in all)
        {
            source.Tensor(spec.Name).Read((first, block) =>
            {
                var size = block.Length * type.BlockBytes();
                if (bytes.Length < size)
                    bytes = new byte[size];
                GgufBlocks.Encode(block, type, bytes);
                if (type == GgufType.F16)
                    RequireFinite($"{source.Folder}: {spec.Name}", first, block, bytes);
                stream.Write(bytes, 0, size);
                progress?.Invoke(size);
            });
        }
    }

    private static void RequireFinite(string where, long first, ReadOnlySpan<float> values, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!Half.IsFinite(BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..])))
            {
                throw new ConfigurationException([new Problem(
                    where, "numbers that float16 can hold", FormattableString.Invariant($"{values[i]} at {first + i}"),
                    "take --dtype bfloat16")]);
            }
        }
    }
}
