using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Quantization;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>
/// Writes a folder whose matrices have four bits, layer by layer. FOLDER.partial holds the finished layers and the
/// hidden states before the next one, so that a killed command goes on there.
/// </summary>
/// <param name="source">The model.</param>
/// <param name="options">How.</param>
/// <param name="calibration">What goes through the model.</param>
/// <param name="type">How embedding, norms and head are stored.</param>
/// <param name="threads">That share the work; no bit depends on them.</param>
public sealed class ModelQuantizer(
    ExportSource source, QuantizationOptions options, CalibrationSequences calibration, GgufType type, int threads)
{
    private const string PlanName = "plan.json";
    private const string ReportName = "quantization.json";
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    private readonly ModelShape _shape = source.Shape;

    /// <summary>Bytes that lie on the disk while the command runs: hidden states before and after a layer.</summary>
    public long SpilledBytes =>
        2L * calibration.All.Count * calibration.Length * _shape.HiddenSize * sizeof(float);

    /// <param name="folder">Must not exist; FOLDER.partial may, from a command that was killed.</param>
    /// <param name="progress">Is told how many layers are done, of how many.</param>
    /// <returns>The costs of all matrices, in order.</returns>
    public IReadOnlyList<MatrixReport> Run(string folder, Action<int, int>? progress = null)
    {
        using var partial = PartialFolder.Create(folder, _ => true);
        var first = Continue(partial);
        using (var block = new CalibrationBlock(_shape, source.Positions))
        {
            for (var layer = first; layer < _shape.Layers; layer++)
            {
                progress?.Invoke(layer, _shape.Layers);
                Layer(partial, block, layer);
            }
        }
        return Finish(partial);
    }

    /// <summary>The layer to go on with; everything before it is there.</summary>
    private int Continue(PartialFolder partial)
    {
        var plan = JsonSerializer.Serialize(Plan(), s_json);
        var path = partial.File(PlanName);
        if (!File.Exists(path) || InputFile.ReadText(path) != plan)
        {
            partial.Clear();
            Embed(partial);
            Publish(partial, ShardName(0), stream => PlainTensors.Write(
                stream, source, _shape.ParameterSpecs.Where(spec => spec.Block is null), type, null));
            Publish(partial, PlanName, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(plan)));
        }
        var layer = 0;
        while (layer < _shape.Layers && File.Exists(partial.File(ShardName(layer + 1))))
            layer++;
        return layer;
    }

    private object Plan() => new
    {
        Model = source.Folder,
        Weights = source.Hashes,
        Options = options,
        Stored = type.Name(),
        Calibration = calibration.ContentHash,
        Sequences = calibration.All.Select(sequence => sequence.Index),
    };

    private void Embed(PartialFolder partial)
    {
        var wanted = calibration.All.SelectMany(sequence => sequence.Ids).ToHashSet();
        var rows = new Dictionary<long, float[]>();
        var width = _shape.HiddenSize;
        source.Tensor("model.embed_tokens.weight").Read(
            (start, values) =>
            {
                for (var row = 0; row < values.Length / width; row++)
                {
                    if (wanted.Contains(start / width + row))
                        rows.Add(start / width + row, values.Slice(row * width, width).ToArray());
                }
            },
            width * Math.Max(1, (1 << 20) / width));
        WriteStates(partial, 0, i =>
        {
            var hidden = new float[Elements];
            foreach (var (place, id) in calibration.All[i].Ids.Index())
            {
                for (var column = 0; column < width; column++)
                    hidden[place * width + column] = rows[id][column] * (float)_shape.ScaleEmb;
            }
            return hidden;
        });
    }

    private int Elements => calibration.Length * _shape.HiddenSize;

    private void Layer(PartialFolder partial, CalibrationBlock block, int layer)
    {
        var specs = _shape.ParameterSpecs.Where(spec => spec.Block == layer).ToArray();
        var prefix = $"model.layers.{layer}.";
        var weights = specs.ToDictionary(
            spec => spec.Name[prefix.Length..], spec => source.Tensor(spec.Name).ReadAll());
        foreach (var (name, values) in weights)
            block.Load(name, values);
        var packed = new Dictionary<string, QuantizedMatrix>();
        using (var states = ActivationFile.Open(partial.File(StatesName(layer)), Elements))
        {
            var passes = QuantizationPasses.Of(_shape);
            if (!options.TrueSequential)
                passes = [[.. passes.SelectMany(stages => stages)]];
            foreach (var stages in passes)
            {
                var hessians = Hessians(block, states, stages.Select(stage => stage[0]));
                foreach (var (name, input) in stages.SelectMany(stage => stage.Select(name => (name, stage[0]))))
                {
                    var columns = (int)specs.Single(spec => spec.Name == prefix + name).Shape[1];
                    var isSeen = hessians.TryGetValue(input, out var hessian);
                    var matrix = new MatrixQuantizer(options, threads)
                        .Quantize(weights[name], hessian ?? Identity(columns), columns);
                    packed.Add(name, matrix with { IsUnseen = !isSeen });
                    block.Load(name, Unpacked(matrix.Packed));
                }
            }
            WriteStates(partial, layer + 1, i => block.Run(states.Read(i), calibration.All[i].Segments));
        }
        Publish(partial, ReportOf(layer), stream => JsonSerializer.Serialize(stream, specs
            .Where(spec => packed.ContainsKey(spec.Name[prefix.Length..]))
            .Select(spec => (spec.Name, Matrix: packed[spec.Name[prefix.Length..]]))
            .Select(entry => new MatrixReport(
                entry.Name, entry.Matrix.Error, entry.Matrix.NearestError, entry.Matrix.StudyError,
                entry.Matrix.Damping)
            {
                IsUnseen = entry.Matrix.IsUnseen,
            }), s_json));
        Publish(partial, ShardName(layer + 1), stream => Write(stream, specs, prefix, packed));
        File.Delete(partial.File(StatesName(layer)));
    }

    /// <summary>
    /// What stands for the inputs of an expert that no token of the calibration has reached: with it GPTQ rounds each
    /// weight by itself.
    /// </summary>
    private static double[] Identity(int columns)
    {
        var identity = new double[columns * columns];
        for (var i = 0; i < columns; i++)
            identity[i * columns + i] = 1;
        return identity;
    }

    /// <summary>
    /// Sums of xᵀx in the order of the sequences, whoever computes them; those without any input are missing.
    /// </summary>
    private Dictionary<string, double[]> Hessians(
        CalibrationBlock block, ActivationFile states, IEnumerable<string> names)
    {
        var wanted = names.ToArray();
        var sums = new Dictionary<string, double[]>();
        foreach (var part in Enumerable.Range(0, calibration.All.Count).Chunk(threads))
        {
            var products = new Dictionary<string, float[]>[part.Length];
            Parallel.For(
                0, part.Length, new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => products[i] = block.Products(
                    states.Read(part[i]), calibration.All[part[i]].Segments, wanted));
            // A sequence may have no token for an expert.
            foreach (var (name, product) in products.SelectMany(entry => entry).Where(entry => entry.Value.Length > 0))
            {
                if (!sums.TryGetValue(name, out var sum))
                    sums.Add(name, sum = new double[product.Length]);
                for (var i = 0; i < product.Length; i++)
                    sum[i] += product[i];
            }
        }
        return sums;
    }

    private void Write(
        Stream stream, ParameterSpec[] specs, string prefix, Dictionary<string, QuantizedMatrix> packed)
    {
        var plain = specs.Where(QuantizationPasses.StaysPlain).Select(spec =>
        {
            var stored = spec.Shape.Count == 1 ? type : GgufType.F32;
            var bytes = new byte[stored.Bytes(spec.Count)];
            GgufBlocks.Encode(source.Tensor(spec.Name).ReadAll(), stored, bytes);
            return (spec.Name, stored.Name(), spec.Shape, bytes);
        });
        var all = plain.Concat(specs.Where(spec => !QuantizationPasses.StaysPlain(spec))
            .SelectMany(spec => PackedTensors.Of(spec.Name, packed[spec.Name[prefix.Length..]].Packed))).ToArray();
        stream.Write(SafeTensorsHeader.Write(
            all.Select(tensor => (tensor.Item1, tensor.Item2, tensor.Item3)),
            new Dictionary<string, string> { ["format"] = "pt" }));
        foreach (var (_, _, _, bytes) in all)
            stream.Write(bytes);
    }

    private MatrixReport[] Finish(PartialFolder partial)
    {
        var matrices = Enumerable.Range(0, _shape.Layers)
            .SelectMany(layer => JsonSerializer.Deserialize<MatrixReport[]>(
                InputFile.ReadText(partial.File(ReportOf(layer))), s_json)!)
            .ToArray();
        var word = HuggingFaceExport.Words.First(entry => entry.Value == type).Key;
        partial.Remove(name => !name.StartsWith("model-", StringComparison.Ordinal));
        FolderCompanions.Write(
            partial.Path, source,
            HuggingFaceConfig.Write(
                _shape, source.Longest, word, SpecialPieces.Read(source.Tokenizer), options.Config),
            FolderCompanions.Card(source, $"four bits in groups of {options.Group}, and {word}"));
        FolderCompanions.WriteText(partial.Path, GptqConfig.FileName, options.Config.Write());
        FolderCompanions.WriteText(
            partial.Path, ReportName,
            JsonSerializer.Serialize(
                new
                {
                    Model = source.Name,
                    source.Step,
                    Options = options,
                    Calibration = new
                    {
                        calibration.Folder,
                        Tokens = calibration.ContentHash,
                        Sequences = calibration.All.Select(sequence => sequence.Index),
                    },
                    Matrices = matrices,
                },
                s_json) + "\n");
        var places = Enumerable.Range(0, _shape.Layers + 1).Select(ShardName).SelectMany(name =>
            TensorNames(partial.File(name)).Select(tensor => (tensor, name))).ToArray();
        var bytes = Enumerable.Range(0, _shape.Layers + 1).Sum(i => new FileInfo(partial.File(ShardName(i))).Length);
        FolderCompanions.WriteIndex(partial.Path, bytes, places);
        partial.Commit();
        return matrices;
    }

    private static IEnumerable<string> TensorNames(string path)
    {
        using var file = InputFile.Open(path);
        return [.. SafeTensorsHeader.Read(file).Entries.Select(entry => entry.Name)];
    }

    private void WriteStates(PartialFolder partial, int layer, Func<int, float[]> compute)
    {
        var temporary = SyncedFile.Temporary(partial.File(StatesName(layer)));
        using (var states = ActivationFile.Create(temporary, Elements))
        {
            Parallel.For(
                0, calibration.All.Count, new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => states.Write(i, compute(i)));
            states.FlushToDisk();
        }
        SyncedFile.Publish(temporary, partial.File(StatesName(layer)));
    }

    private static void Publish(PartialFolder partial, string name, Action<Stream> write)
    {
        var temporary = Path.GetFileName(SyncedFile.Temporary(partial.File(name)));
        DurableFile.Write(partial.Path, temporary, write);
        SyncedFile.Publish(partial.File(temporary), partial.File(name));
    }

    private static float[] Unpacked(GptqMatrix matrix)
    {
        var values = new float[matrix.Outputs * matrix.Inputs];
        for (var output = 0; output < matrix.Outputs; output++)
            GptqPacking.Unpack(matrix, output, values.AsSpan(output * matrix.Inputs, matrix.Inputs));
        return values;
    }

    private string ShardName(int shard) => $"model-{shard + 1:D5}-of-{_shape.Layers + 1:D5}.safetensors";

    private static string StatesName(int layer) => $"states-{layer:D5}.bin";

    private static string ReportOf(int layer) => $"errors-{layer:D5}.json";
}
