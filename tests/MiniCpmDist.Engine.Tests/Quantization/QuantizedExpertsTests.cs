using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Quantization;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Quantization;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Quantization;

public sealed class QuantizedExpertsTests(TinyData data)
{
    // More experts than a sequence has tokens, so that one sequence cannot reach them all.
    private const int Experts = 2 * TinyData.SequenceLength;

    [Fact]
    public void Experts_that_no_calibration_token_reaches_are_rounded_and_told_and_the_others_are_calibrated()
    {
        ComputeThreads.Set(1);
        var run = TinyRun.Create(data, options => options with
        {
            Model = new(null, options.Model.Shape with
            {
                HiddenSize = 64,
                IntermediateSize = 32,
                Heads = 4,
                KeyValueHeads = 2,
                HeadDim = 16,
                Experts = Experts,
                ExpertsPerToken = 1,
            }),
        });
        run.Train();
        var source = ExportSource.Open(run.Folder.Path, "latest");
        var (one, other) = (run.Folder.Path + "-1", run.Folder.Path + "-3");

        var matrices = Quantizer(source, threads: 1).Run(one);
        Quantizer(source, threads: 3).Run(other);

        Assert.Equal(2 * (4 + 3 * Experts), matrices.Count);
        var unseen = matrices.Where(matrix => matrix.IsUnseen).ToArray();
        Assert.InRange(unseen.Length, 2 * 3 * Experts / 2, matrices.Count - 2 * 5);
        Assert.All(unseen, matrix => Assert.Contains(".mlp.experts.", matrix.Name, StringComparison.Ordinal));
        Assert.All(unseen, matrix => Assert.Equal(matrix.NearestError, matrix.Error, 1e-12));
        Assert.DoesNotContain(matrices, matrix => matrix.Name.EndsWith("mlp.gate.weight", StringComparison.Ordinal));
        Assert.All(Directory.EnumerateFiles(one, "*.safetensors"), path => Assert.Equal(
            File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(other, Path.GetFileName(path)))));
        using var loaded = TrainedModel.LoadCollective(one, "latest", new LoopbackCommunicator(), DataPath);
        using var original = TrainedModel.LoadCollective(run.Folder.Path, "latest", new LoopbackCommunicator());
        Assert.InRange(loaded.CompareWith(original, sequences: 8).Divergence, 1e-9, 0.5);
        var export = new GgufExport(ExportSource.Open(one, "latest"), GgufType.Q4);
        export.Write(one + ".gguf");
        Assert.Empty(export.Compare(one + ".gguf").Different);
    }

    private string DataPath => Path.Combine(data.Folder, "data");

    private ModelQuantizer Quantizer(ExportSource source, int threads) => new(
        source, new QuantizationOptions { Group = 32 },
        CalibrationSequences.Open(DataPath, source.TokenizerHash, 1), GgufType.F32, threads);
}
