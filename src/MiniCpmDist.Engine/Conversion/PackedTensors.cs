using System.Runtime.InteropServices;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>The four tensors of a packed matrix in a safetensors file.</summary>
internal static class PackedTensors
{
    private const string Words = ".qweight";
    private const string Zeros = ".qzeros";
    private const string Scales = ".scales";
    private const string Groups = ".g_idx";
    private const string Weight = ".weight";
    private const int Codes = 8;

    /// <summary>True where a folder has a packed form of a parameter.</summary>
    public static bool Has(IReadOnlyDictionary<string, StoredTensor> tensors, string parameter) =>
        tensors.ContainsKey(Base(parameter) + Words);

    /// <summary>The tensors of a matrix as a file names them, with their bytes.</summary>
    public static IEnumerable<(string Name, string DType, IReadOnlyList<long> Shape, byte[] Bytes)> Of(
        string parameter, GptqMatrix matrix)
    {
        var name = Base(parameter);
        yield return (name + Words, "I32", [matrix.Inputs / Codes, matrix.Outputs], Bytes<int>(matrix.Words));
        yield return (name + Zeros, "I32", [matrix.Groups, matrix.Outputs / Codes], Bytes<int>(matrix.Zeros));
        yield return (name + Scales, "F16", [matrix.Groups, matrix.Outputs], Bytes<Half>(matrix.Scales));
        yield return (name + Groups, "I32", [matrix.Inputs], Bytes<int>(matrix.GroupOf));
    }

    /// <summary>Reads a packed matrix.</summary>
    /// <exception cref="ConfigurationException">A tensor is missing, has another shape or type, or the zeros are those
    /// of the other layout.</exception>
    public static GptqMatrix Read(
        IReadOnlyDictionary<string, StoredTensor> tensors, ParameterSpec spec, GptqConfig config)
    {
        var (outputs, inputs, groups) = (spec.Shape[0], spec.Shape[1], spec.Shape[1] / config.Group);
        var problems = new ProblemCollector();
        var words = Find(Words, "I32", inputs / Codes, outputs);
        var zeros = Find(Zeros, "I32", groups, outputs / Codes);
        var scales = Find(Scales, "F16", groups, outputs);
        var groupOf = Find(Groups, "I32", inputs);
        problems.ThrowIfAny();
        var matrix = new GptqMatrix(
            (int)outputs, (int)inputs, config.Layout, Numbers<int>(words), Numbers<int>(zeros), Numbers<Half>(scales),
            Numbers<int>(groupOf));
        var other = config.Layout == GptqLayout.Version1 ? GptqLayout.Version2 : GptqLayout.Version1;
        problems.Require(
            !matrix.Zeros.All(word => word == GptqPacking.SymmetricZeros(other)), Base(spec.Name) + Zeros,
            $"the zeros of {Word(config.Layout)}, which config.json names", $"those of {Word(other)} in every word",
            $"write \"checkpoint_format\": \"{Word(other)}\" in config.json");
        problems.Require(
            matrix.GroupOf.All(group => group >= 0 && group < groups), Base(spec.Name) + Groups,
            $"groups from 0 to {groups - 1}", "others", "fetch the whole folder again");
        problems.ThrowIfAny();
        return matrix;

        StoredTensor Find(string suffix, string dtype, params long[] shape)
        {
            var name = Base(spec.Name) + suffix;
            if (!tensors.TryGetValue(name, out var tensor))
                problems.Add(name, "a tensor of the folder", "no such tensor", "fetch the whole folder again");
            else
            {
                problems.Require(
                    tensor.Entry.DType == dtype && tensor.Entry.Shape.SequenceEqual(shape), name,
                    $"{dtype} [{string.Join(", ", shape)}]",
                    $"{tensor.Entry.DType} [{string.Join(", ", tensor.Entry.Shape)}]",
                    "export the model again with its group in quantization_config");
            }
            return tensor!;
        }
    }

    private static string Word(GptqLayout layout) => GptqConfig.Layouts.First(entry => entry.Value == layout).Word;

    private static string Base(string parameter) => parameter[..^Weight.Length];

    private static byte[] Bytes<T>(ReadOnlySpan<T> values) where T : struct => MemoryMarshal.AsBytes(values).ToArray();

    private static T[] Numbers<T>(StoredTensor tensor) where T : struct =>
        MemoryMarshal.Cast<byte, T>(tensor.ReadBytes()).ToArray();
}
