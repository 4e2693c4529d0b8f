using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>The weights of a Hugging Face folder, plain or packed in four bits, as float32.</summary>
public sealed class FolderWeights
{
    private readonly IReadOnlyDictionary<string, StoredTensor> _tensors;

    private FolderWeights(
        ModelShape shape, string config, GptqConfig? packed, IReadOnlyDictionary<string, StoredTensor> tensors) =>
        (Shape, Positions, Longest, Packed, _tensors) = (
            shape, HuggingFaceConfig.Positions(config), HuggingFaceConfig.LongestSequence(config), packed, tensors);

    public ModelShape Shape { get; }

    /// <summary>Sequence length that the model was trained with.</summary>
    public int Positions { get; }

    /// <summary>The longest sequence that it is for: more, where its positions stretch with the length.</summary>
    public int Longest { get; }

    /// <summary>How the matrices are packed; null where they are plain numbers.</summary>
    public GptqConfig? Packed { get; }

    /// <exception cref="ConfigurationException">Everything that is wrong with the folder.</exception>
    public static FolderWeights Open(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
        {
            throw new ConfigurationException([new Problem(
                folder, "a run folder, or the folder of a Hugging Face MiniCPM model",
                Directory.Exists(folder) ? "a folder without run.yaml and config.json" : "nothing there",
                "name a folder under runs/, or one that has config.json in it")]);
        }
        var json = InputFile.ReadText(path);
        var shape = HuggingFaceConfig.Read(json);
        if (!HuggingFaceConfig.IsQuantized(json))
            return new FolderWeights(shape, json, null, PretrainedWeights.Open(folder, shape, null).Tensors);
        var packed = GptqConfig.Read(json);
        var problems = new ProblemCollector();
        var tensors = ModelFiles.Find(folder, problems);
        problems.ThrowIfAny();
        var weights = new FolderWeights(shape, json, packed, tensors);
        foreach (var spec in shape.ParameterSpecs.Where(spec => !PackedTensors.Has(tensors, spec.Name)))
            problems.Try(() => weights.Checked(spec));
        problems.ThrowIfAny();
        return weights;
    }

    /// <summary>Name and SHA-256 of all files with tensors.</summary>
    internal string Hashes => string.Join("; ", _tensors.Values
        .SelectMany(tensor => tensor.Files)
        .Distinct()
        .Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetFileName(path)} {SyncedFile.HashOf(path)}"));

    /// <summary>A tensor of the folder, whose existence has been checked.</summary>
    internal StoredTensor Plain(string name) => _tensors[name];

    /// <summary>A packed matrix; null where the parameter is stored as plain numbers.</summary>
    internal GptqMatrix? Matrix(ParameterSpec spec) =>
        Packed is { } config && PackedTensors.Has(_tensors, spec.Name)
            ? PackedTensors.Read(_tensors, spec, config)
            : null;

    /// <summary>Reads all weights into the flat parameters; packed ones as every reader computes them.</summary>
    /// <exception cref="ConfigurationException">Every tensor that is missing or does not fit.</exception>
    public void Load(FlatParameters parameters)
    {
        var problems = new ProblemCollector();
        foreach (var slot in parameters.Layout.Slots)
        {
            problems.Try(() =>
            {
                if (Matrix(slot.Spec) is { } matrix)
                    Unpack(matrix, slot.Offset, parameters);
                else
                    Checked(slot.Spec).Read((first, block) => parameters.Write(slot.Offset + first, block));
                return true;
            });
        }
        problems.ThrowIfAny();
    }

    /// <summary>
    /// Reads all weights into a model that lies in no flat buffers and is not trained. Matrices that the kernel takes
    /// stay in four bits; the memory of their parameters is never touched, so the system gives none.
    /// </summary>
    internal void LoadPacked(MiniCpmForCausalLM model)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        var projections = model.Projections();
        foreach (var parameter in parameters.Values)
            parameter.requires_grad = false;
        foreach (var spec in Shape.ParameterSpecs)
        {
            var matrix = Matrix(spec);
            if (matrix is not null && PackedWeight.TryCreate(matrix, Packed!.Group) is { } packed)
                projections[spec.Name].Packed = packed;
            else
            {
                using var values = tensor(
                    matrix is null ? Checked(spec).ReadAll() : Numbers(matrix), [.. spec.Shape]);
                parameters[spec.Name].copy_(values);
            }
        }
    }

    private static float[] Numbers(GptqMatrix matrix)
    {
        var values = new float[matrix.Outputs * matrix.Inputs];
        for (var output = 0; output < matrix.Outputs; output++)
            GptqPacking.Unpack(matrix, output, values.AsSpan(output * matrix.Inputs, matrix.Inputs));
        return values;
    }

    private StoredTensor Checked(ParameterSpec spec)
    {
        if (_tensors.TryGetValue(spec.Name, out var tensor) && tensor.Entry.Shape.SequenceEqual(spec.Shape)
            && StoredTensor.Types.Contains(tensor.Entry.DType))
            return tensor;
        throw new ConfigurationException([new Problem(
            spec.Name, $"a tensor [{string.Join(", ", spec.Shape)}] of the folder, plain or packed",
            tensor is null ? "no such tensor" : $"{tensor.Entry.DType} [{string.Join(", ", tensor.Entry.Shape)}]",
            "fetch the whole folder again")]);
    }

    private static void Unpack(GptqMatrix matrix, long offset, FlatParameters parameters)
    {
        var row = new float[matrix.Inputs];
        for (var output = 0; output < matrix.Outputs; output++)
        {
            GptqPacking.Unpack(matrix, output, row);
            parameters.Write(offset + (long)output * matrix.Inputs, row);
        }
    }
}
