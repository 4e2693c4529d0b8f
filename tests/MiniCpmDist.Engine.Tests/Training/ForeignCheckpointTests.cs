using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Checkpoints that are whole, and not for this program, this model or this tokenizer.</summary>
public sealed class ForeignCheckpointTests(TinyData data)
{
    [Fact]
    public void One_that_a_newer_minicpm_wrote_is_not_passed_over_and_nothing_is_trained()
    {
        var run = Trained();
        var path = run.Folder.NewestCheckpoint!.ManifestPath;
        File.WriteAllText(path, """{ "format": 2, "shards": [] }""");

        var problem = Refusal(run);

        Assert.Equal((path, "format 2"), (problem.Where, problem.Found));
        Assert.Contains("update", problem.Fix, StringComparison.Ordinal);
        Assert.Equal(6, run.Steps().Count);
    }

    [Fact]
    public void One_of_another_model_shape_is_refused_with_key_and_file()
    {
        var run = Trained();

        var problem = Refusal(run.With(options => options with
        {
            Model = options.Model with { Shape = options.Model.Shape with { IntermediateSize = 96 } },
        }));

        Assert.Equal("model.intermediate_size", problem.Where);
        Assert.Contains(
            Path.Combine(run.Folder.NewestCheckpoint!.Path, "state.json"), problem.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_shape_under_hashes_that_hold_are_damage_in_their_file()
    {
        var run = Trained();
        var other = TinyRun.Create(data, options => options with
        {
            Model = options.Model with { Shape = options.Model.Shape with { IntermediateSize = 96 } },
        });
        other.Train();

        var newest = Exchange(run, other.Folder.NewestCheckpoint!.Path, "model.safetensors").Folder.NewestCheckpoint!;

        var damage = Assert.Throws<ConfigurationException>(() => CheckpointReader.Verify(newest));
        Assert.All(
            damage.Problems, problem => Assert.Equal(Path.Combine(newest.Path, "model.safetensors"), problem.Where));
    }

    [Fact]
    public void One_whose_tokenizer_is_not_the_datas_is_refused_with_its_file()
    {
        var run = Trained();
        OtherTokenizer();

        var problem = Refusal(Exchange(run, Path.Combine(data.Folder, "foreign"), "tokenizer.model"));

        Assert.Equal(Path.Combine(run.Folder.NewestCheckpoint!.Path, "tokenizer.model"), problem.Where);
    }

    [Fact]
    public void Data_of_another_tokenizer_are_refused()
    {
        var run = Trained();
        OtherTokenizer();

        var refusal = Assert.Throws<ConfigurationException>(() => run.With(options => options with
        {
            Data = options.Data with { Sources = [data.Source("foreign")] },
        }).Train());

        var problem = Assert.Single(refusal.Problems, problem => problem.Where == "data (its tokenizer)");
        Assert.Contains("state.json", problem.Expected, StringComparison.Ordinal);
    }

    private TinyRun Trained()
    {
        var run = TinyRun.Create(data);
        run.Train();
        return run;
    }

    private static Problem Refusal(TinyRun run) =>
        Assert.Single(Assert.Throws<ConfigurationException>(() => run.Train()).Problems);

    /// <summary>Puts a file of another folder into the newest checkpoint and makes the manifest agree.</summary>
    private static TinyRun Exchange(TinyRun run, string folder, string name)
    {
        var checkpoint = run.Folder.NewestCheckpoint!;
        File.Copy(Path.Combine(folder, name), Path.Combine(checkpoint.Path, name), overwrite: true);
        var manifest = CheckpointManifest.Read(File.ReadAllText(checkpoint.ManifestPath), checkpoint.ManifestPath);
        var files = manifest.Files.Select(file =>
            file.Name == name ? DurableFile.Describe(checkpoint.Path, name) : file);
        File.WriteAllText(checkpoint.ManifestPath, (manifest with { Files = [.. files] }).Write());
        return run;
    }

    /// <summary>A data folder of the name <c>foreign</c> with a tokenizer of its own.</summary>
    private void OtherTokenizer()
    {
        var folder = Path.Combine(data.Folder, "foreign");
        if (Directory.Exists(folder))
            return;
        var corpus = Path.Combine(data.Folder, "foreign.jsonl");
        File.WriteAllLines(corpus, SomeText.Documents(40).Select(text => JsonSerializer.Serialize(new { text })));
        var tokenizer = Path.Combine(data.Folder, "foreign.model");
        TokenizerTraining.Train(new TokenizerTrainingOptions(
            [corpus, Path.Combine(data.Folder, "corpus.jsonl")], tokenizer)
        {
            Pieces = 400,
        });
        DataBuild.Run(new DataBuildOptions([corpus], tokenizer, folder)
        {
            HeldOutFraction = 0.2,
            SequenceLength = TinyData.SequenceLength,
        });
    }
}
