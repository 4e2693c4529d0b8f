using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Quantization;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>
/// Writes a folder whose matrices have four bits, layer by layer. FOLDER.partial holds the finished layers and the
/// hidden states before the next one, so that a killed command goes on there. All ranks of a world share the work of a
/// layer, and see the same folder.
/// </summary>
/// <param name="source">The model.</param>
/// <param name="options">How.</param>
/// <param name="calibration">What goes through the model.</param>
/// <param name="type">How embedding, norms and head are stored.</param>
/// <param name="threads">That share the work; no bit depends on them.</param>
public sealed class ModelQuantizer(
    ExportSource source, QuantizationOptions options, CalibrationSequences calibration, GgufType type, int threads)
{
    private const string ReportName = "quantization.json";
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    private readonly ModelShape _shape = source.Written;

    /// <summary>Bytes that lie on the disk while the command runs: hidden states before and after a layer.</summary>
    public long SpilledBytes =>
        2L * calibration.All.Count * calibration.Length * _shape.HiddenSize * sizeof(float);

    /// <param name="folder">Must not exist; FOLDER.partial may, from a command that was killed.</param>
    /// <param name="world">Who shares the work.</param>
    /// <param name="progress">Is told how many layers are done, of how many.</param>
    /// <returns>The costs of all matrices, in order; nothing on all ranks but 0.</returns>
    public IReadOnlyList<MatrixReport> RunCollective(
        string folder, ICommunicator world, Action<int, int>? progress = null)
    {
        var ranks = RankShares.OfCollective(world, threads);
        var files = new QuantizationFiles(PartialFolder.PathOf(folder), _shape.Layers);
        using var partial = ranks.IsFirst ? PartialFolder.Create(folder, _ => true) : null;
        var first = ranks.FirstsCollective(partial is null ? 0 : Continue(partial, files));
        using (var block = new CalibrationBlock(_shape, source.Longest))
        {
            for (var layer = first; layer < _shape.Layers; layer++)
            {
                progress?.Invoke(layer, _shape.Layers);
                LayerCollective(ranks, files, block, layer);
            }
        }
        return partial is null ? [] : Finish(partial, files);
    }

    /// <summary>The layer to go on with; everything before it is there.</summary>
    private int Continue(PartialFolder partial, QuantizationFiles files)
    {
        var plan = JsonSerializer.Serialize(Plan(), s_json);
        if (!File.Exists(files.Plan) || InputFile.ReadText(files.Plan) != plan)
        {
            partial.Clear();
            Embed(files.States(0));
            QuantizationFiles.Publish(files.Shard(0), stream => PlainTensors.Write(
                stream, source, _shape.ParameterSpecs.Where(spec => spec.Block is null), type, null));
            SyncedFile.Write(files.Plan, System.Text.Encoding.UTF8.GetBytes(plan));
        }
        var layer = 0;
        while (layer < _shape.Layers && File.Exists(files.Shard(layer + 1)))
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

    private void Embed(string path)
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
        var temporary = SyncedFile.Temporary(path);
        using (var states = ActivationFile.Create(temporary, Slot))
        {
            foreach (var (i, sequence) in calibration.All.Index())
            {
                var hidden = new float[ElementsOf(i)];
                foreach (var (place, id) in sequence.Ids.Index())
                {
                    for (var column = 0; column < width; column++)
                        hidden[place * width + column] = rows[id][column] * (float)_shape.ScaleEmb;
                }
                states.Write(i, hidden);
            }
            states.FlushToDisk();
        }
        SyncedFile.Publish(temporary, path);
    }

    private int Slot => calibration.Length * _shape.HiddenSize;

    private int ElementsOf(int sequence) => calibration.All[sequence].Ids.Length * _shape.HiddenSize;

    private void LayerCollective(RankShares ranks, QuantizationFiles files, CalibrationBlock block, int layer)
    {
        var specs = _shape.ParameterSpecs.Where(spec => spec.Block == layer).ToArray();
        var prefix = $"model.layers.{layer}.";
        var weights = specs.ToDictionary(
            spec => spec.Name[prefix.Length..], spec => source.Tensor(spec.Name).ReadAll());
        foreach (var (name, values) in weights)
            block.Load(name, values);
        var packed = new Dictionary<string, QuantizedMatrix>();
        using (var states = ActivationFile.Open(files.States(layer), Slot))
        {
            var passes = QuantizationPasses.Of(_shape);
            if (!options.TrueSequential)
                passes = [[.. passes.SelectMany(stages => stages)]];
            foreach (var stages in passes)
            {
                string[] inputs = [.. stages.Select(stage => stage[0])];
                var hessians = ranks.SumCollective(
                    calibration.All.Count, inputs,
                    i => block.Products(states.Read(i, ElementsOf(i)), calibration.All[i].Segments, inputs));
                foreach (var (name, input) in stages.SelectMany(stage => stage.Select(name => (name, stage[0]))))
                {
                    var columns = (int)specs.Single(spec => spec.Name == prefix + name).Shape[1];
                    var isSeen = hessians.TryGetValue(input, out var hessian);
                    var matrix = new MatrixQuantizer(options, ranks)
                        .QuantizeCollective(weights[name], hessian ?? Identity(columns), columns);
                    packed.Add(name, matrix with { IsUnseen = !isSeen });
                    block.Load(name, Unpacked(matrix.Packed));
                }
            }
            WriteStatesCollective(
                ranks, files.States(layer + 1),
                i => block.Run(states.Read(i, ElementsOf(i)), calibration.All[i].Segments));
        }
        if (ranks.IsFirst)
            Publish(files, layer, specs, packed);
    }

    private void Publish(
        QuantizationFiles files, int layer, ParameterSpec[] specs, Dictionary<string, QuantizedMatrix> packed)
    {
        var prefix = $"model.layers.{layer}.";
        QuantizationFiles.Publish(files.Report(layer), stream => JsonSerializer.Serialize(stream, specs
            .Where(spec => packed.ContainsKey(spec.Name[prefix.Length..]))
            .Select(spec => (spec.Name, Matrix: packed[spec.Name[prefix.Length..]]))
            .Select(entry => new MatrixReport(
                entry.Name, entry.Matrix.Error, entry.Matrix.NearestError, entry.Matrix.StudyError,
                entry.Matrix.Damping)
            {
                IsUnseen = entry.Matrix.IsUnseen,
            }), s_json));
        QuantizationFiles.Publish(files.Shard(layer + 1), stream => Write(stream, specs, prefix, packed));
        File.Delete(files.States(layer));
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

    private MatrixReport[] Finish(PartialFolder partial, QuantizationFiles files)
    {
        var matrices = Enumerable.Range(0, _shape.Layers)
            .SelectMany(layer => JsonSerializer.Deserialize<MatrixReport[]>(
                InputFile.ReadText(files.Report(layer)), s_json)!)
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
                        calibration.Origin,
                        calibration.Template,
                        calibration.Conversations,
                        calibration.Tokens,
                        calibration.ContentHash,
                        Sequences = calibration.All.Select(sequence => sequence.Index),
                    },
                    Matrices = matrices,
                },
                s_json) + "\n");
        var places = Enumerable.Range(0, _shape.Layers + 1).SelectMany(shard =>
            TensorNames(files.Shard(shard)).Select(tensor => (tensor, files.ShardName(shard)))).ToArray();
        var bytes = Enumerable.Range(0, _shape.Layers + 1).Sum(shard => new FileInfo(files.Shard(shard)).Length);
        FolderCompanions.WriteIndex(partial.Path, bytes, places);
        partial.Commit();
        return matrices;
    }

    private static IEnumerable<string> TensorNames(string path)
    {
        using var file = InputFile.Open(path);
        return [.. SafeTensorsHeader.Read(file).Entries.Select(entry => entry.Name)];
    }

    private void WriteStatesCollective(RankShares ranks, string path, Func<int, float[]> compute)
    {
        // One command at a time has this folder, so all ranks know the name.
        var temporary = path + SyncedFile.TemporarySuffix;
        if (ranks.IsFirst)
            ActivationFile.Create(temporary, Slot).Dispose();
        ranks.MeetCollective();
        using (var states = ActivationFile.OpenToWrite(temporary, Slot))
        {
            ranks.Each(ranks.Mine(calibration.All.Count), i => states.Write(i, compute(i)));
            states.FlushToDisk();
        }
        ranks.MeetCollective();
        if (ranks.IsFirst)
            SyncedFile.Publish(temporary, path);
        ranks.MeetCollective();
    }

    private static float[] Unpacked(GptqMatrix matrix)
    {
        var values = new float[matrix.Outputs * matrix.Inputs];
        for (var output = 0; output < matrix.Outputs; output++)
            GptqPacking.Unpack(matrix, output, values.AsSpan(output * matrix.Inputs, matrix.Inputs));
        return values;
    }
}
