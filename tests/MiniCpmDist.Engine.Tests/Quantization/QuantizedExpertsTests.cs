using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Quantization;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Quantization;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Quantization;

public sealed class QuantizedExpertsTests(TinyData data)
{
    [Fact]
    public void Experts_that_no_calibration_token_reaches_are_rounded_and_told_and_the_others_are_calibrated()
    {
        // More experts than a sequence has tokens, so that one sequence cannot reach them all.
        const int Experts = 2 * TinyData.SequenceLength;
        var (run, source) = Train(Experts, perToken: 1);
        var (one, other) = (run.Folder.Path + "-1", run.Folder.Path + "-3");

        var matrices = Quantizer(source, sequences: 1, threads: 1).RunCollective(one, new LoopbackCommunicator());
        // Three ranks, of which only one has a sequence.
        using var world = new ThreadWorld(3);
        world.Run(member => Quantizer(source, sequences: 1, threads: 2).RunCollective(other, member));

        Assert.Equal(2 * (4 + 3 * Experts), matrices.Count);
        var unseen = matrices.Where(matrix => matrix.IsUnseen).ToArray();
        Assert.InRange(unseen.Length, 2 * 3 * Experts / 2, matrices.Count - 2 * 5);
        Assert.All(unseen, matrix => Assert.Contains(".mlp.experts.", matrix.Name, StringComparison.Ordinal));
        Assert.All(unseen, matrix => Assert.Equal(matrix.NearestError, matrix.Error, 1e-12));
        Assert.DoesNotContain(matrices, matrix => matrix.Name.EndsWith("mlp.gate.weight", StringComparison.Ordinal));
        Assert.All(Directory.EnumerateFiles(one, "*.safetensors"), path => Assert.Equal(
            File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(other, Path.GetFileName(path)))));
    }

    [Fact]
    public void A_quantized_model_with_experts_is_read_and_goes_into_a_gguf_file_as_it_is()
    {
        var (run, source) = Train(experts: 4, perToken: 2);
        var folder = run.Folder.Path + "-int4";

        var matrices = Quantizer(source, sequences: 12, threads: 2).RunCollective(folder, new LoopbackCommunicator());

        Assert.DoesNotContain(matrices, matrix => matrix.IsUnseen);
        using var loaded = TrainedModel.LoadCollective(folder, "latest", new LoopbackCommunicator(), DataPath);
        using var original = TrainedModel.LoadCollective(run.Folder.Path, "latest", new LoopbackCommunicator());
        Assert.InRange(loaded.CompareWith(original, sequences: 8).Divergence, 1e-9, 0.5);
        var export = new GgufExport(ExportSource.Open(folder, "latest"), GgufType.Q4);
        export.Write(folder + ".gguf");
        Assert.Empty(export.Compare(folder + ".gguf").Different);
    }

    private (TinyRun Run, ExportSource Source) Train(int experts, int perToken)
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
                Experts = experts,
                ExpertsPerToken = perToken,
                BalanceLoss = 0.1,
            }),
        });
        run.Train();
        return (run, ExportSource.Open(run.Folder.Path, "latest"));
    }

    private string DataPath => Path.Combine(data.Folder, "data");

    private ModelQuantizer Quantizer(ExportSource source, int sequences, int threads) => new(
        source, new QuantizationOptions { Group = 32 },
        CalibrationSequences.Open(DataPath, source.TokenizerHash, sequences), GgufType.F32, threads);
}
