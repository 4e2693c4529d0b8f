using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Checkpoints;

namespace MiniCpmDist.Engine.Tests.Conversion;

public sealed class HuggingFaceFolderTests(TinyCheckpoint checkpoint) : IClassFixture<TinyCheckpoint>
{
    [Theory]
    [InlineData(GgufType.F32, 0)]
    [InlineData(GgufType.BF16, 1.0 / 256)]
    public void Weights_in_several_files_are_those_of_the_run_rounded_to_the_type(GgufType type, double step)
    {
        var source = ExportSource.Open(checkpoint.RunPath, "latest");
        var folder = Path.Combine(Path.GetDirectoryName(checkpoint.Copy().Path)!, $"in-{type}");
        var files = new HuggingFaceExport(source, type, fileBytes: 20_000).Write(folder);

        Assert.True(files > 2);
        Assert.Equal(files, Directory.GetFiles(folder, "*.safetensors").Length);
        var (expected, found) = (Weights(source.Folder, source.Shape), Weights(folder, source.Shape));
        Assert.All(
            expected.Zip(found), pair => Assert.InRange(
                Math.Abs(pair.First - pair.Second), 0, step * Math.Abs(pair.First)));
    }

    [Fact]
    public void The_model_card_tells_the_history_of_the_run()
    {
        var source = ExportSource.Open(checkpoint.RunPath, "latest");
        var folder = Path.Combine(Path.GetDirectoryName(checkpoint.Copy().Path)!, "card");
        new HuggingFaceExport(source, GgufType.F32, fileBytes: 1L << 30).Write(folder);

        var card = File.ReadAllText(Path.Combine(folder, "README.md"));

        Assert.Contains("# tiny", card, StringComparison.Ordinal);
        Assert.Contains("- step 6: the schedule is at its end", card, StringComparison.Ordinal);
        Assert.Contains("sequence_length: 16", card, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "tokenizer.model")));
        Assert.True(File.Exists(Path.Combine(folder, "generation_config.json")));
    }

    [Fact]
    public void A_write_that_fails_leaves_nothing_behind()
    {
        var source = ExportSource.Open(checkpoint.RunPath, "latest");
        var parent = Directory.CreateDirectory(
            Path.Combine(Path.GetDirectoryName(checkpoint.Copy().Path)!, "failing")).FullName;
        Assert.Throws<InvalidOperationException>(() => new GgufExport(source, GgufType.F16).Write(
            Path.Combine(parent, "model.gguf"), _ => throw new InvalidOperationException()));
        Assert.Throws<InvalidOperationException>(() => new HuggingFaceExport(source, GgufType.F32, 1L << 30).Write(
            Path.Combine(parent, "model"), _ => throw new InvalidOperationException()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(parent));
    }

    private static float[] Weights(string folder, ModelShape shape)
    {
        using var model = new MiniCpmForCausalLM(shape);
        using var parameters = FlatParameters.BindFrozen(model);
        PretrainedWeights.Open(folder, shape, tokenizerHash: null).Load(parameters);
        return parameters.Values.Span(0, (int)parameters.Values.Length).ToArray();
    }
}
