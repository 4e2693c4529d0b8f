using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Tests.Checkpoints;

public sealed class CheckpointReaderTests(TinyCheckpoint checkpoint) : IClassFixture<TinyCheckpoint>
{
    public static TheoryData<string> Files => new(
        [.. Needed.Select(row => row.Data), "generation_config.json", "tokenizer_config.json"]);

    /// <summary>Checkpoints of before have no more, and are as good.</summary>
    public static TheoryData<string> Needed => new(
        "model.safetensors", "config.json", "tokenizer.model", "optimizer-exp_avg-00001.safetensors",
        "optimizer-exp_avg_sq-00001.safetensors", "state.json");

    [Fact]
    public void A_checkpoint_is_these_files_and_passes()
    {
        var copy = checkpoint.Copy();
        Assert.Equal(
            Files.Select(row => row.Data).Append("MANIFEST").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(copy.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Files.Count, CheckpointReader.Verify(copy).Files.Count);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_flipped_bit_a_cut_and_a_missing_file_are_found_by_name(string name)
    {
        var path = Path.Combine(checkpoint.Copy().Path, name);
        var bytes = File.ReadAllBytes(path);
        foreach (var position in (int[])[0, bytes.Length / 2, bytes.Length - 1])
        {
            var flipped = bytes.ToArray();
            flipped[position] ^= 1;
            File.WriteAllBytes(path, flipped);
            Assert.Equal(path, Problem(path).Where);
        }

        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Contains($"{bytes.Length - 1} bytes", Problem(path).Found, StringComparison.Ordinal);

        File.Delete(path);
        Assert.Equal((path, "no such file"), (Problem(path).Where, Problem(path).Found));
    }

    [Fact]
    public void All_damaged_files_are_told_at_once()
    {
        var copy = checkpoint.Copy();
        File.Delete(Path.Combine(copy.Path, "config.json"));
        File.AppendAllText(Path.Combine(copy.Path, "state.json"), " ");

        var refusal = Assert.Throws<ConfigurationException>(() => CheckpointReader.Verify(copy));

        Assert.Equal(
            ["config.json", "state.json"], refusal.Problems.Select(problem => Path.GetFileName(problem.Where)));
    }

    [Fact]
    public void A_manifest_that_is_cut_or_names_another_hash_is_refused()
    {
        var copy = checkpoint.Copy();
        var text = File.ReadAllText(copy.ManifestPath);
        File.WriteAllText(copy.ManifestPath, text[..(text.Length / 2)]);
        Assert.Equal(copy.ManifestPath, Problem(copy.ManifestPath).Where);

        var hash = CheckpointReader.Verify(checkpoint.Copy()).Files[0].Sha256;
        File.WriteAllText(copy.ManifestPath, text.Replace(hash, new string('0', 64), StringComparison.Ordinal));
        Assert.Equal("model.safetensors", Path.GetFileName(Problem(copy.ManifestPath).Where));
    }

    [Theory]
    [MemberData(nameof(Needed))]
    public void A_manifest_that_does_not_name_a_file_vouches_for_no_checkpoint(string name)
    {
        var copy = checkpoint.Copy();
        Rewrite(copy, manifest => manifest with { Files = [.. manifest.Files.Where(file => file.Name != name)] });

        var problem = Problem(copy.ManifestPath);

        Assert.Equal((copy.ManifestPath, "no such line"), (problem.Where, problem.Found));
    }

    [Fact]
    public void A_manifest_that_says_another_run_step_or_number_of_tokens_than_the_state_is_refused()
    {
        var copy = checkpoint.Copy();
        Rewrite(copy, manifest => manifest with { Run = "other", Step = 7, Tokens = 1 });

        var problems = Assert.Throws<ConfigurationException>(() => CheckpointReader.Verify(copy)).Problems;

        Assert.Equal(["the run other", "step 7", "1 tokens"], problems.Select(problem => problem.Found));
    }

    [Fact]
    public void A_model_that_is_not_that_of_its_config_is_refused_whatever_the_hashes_say()
    {
        var copy = checkpoint.Copy();
        var config = Path.Combine(copy.Path, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace(
            "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", StringComparison.Ordinal));
        Rewrite(copy, manifest => manifest with
        {
            Files = [.. manifest.Files.Select(file => DurableFile.Describe(copy.Path, file.Name))],
        });

        var problems = Assert.Throws<ConfigurationException>(() => CheckpointReader.Verify(copy)).Problems;

        Assert.Equal(3, problems.Count);
        Assert.All(problems, problem => Assert.Contains("9 of them missing", problem.Found, StringComparison.Ordinal));
    }

    [Fact]
    public void Checkpoints_are_not_equal_because_their_manifests_are()
    {
        var (whole, damaged) = (checkpoint.Copy(), checkpoint.Copy());
        var model = Path.Combine(damaged.Path, "model.safetensors");
        File.WriteAllBytes(model, new byte[new FileInfo(model).Length]);

        var refusal = Assert.Throws<ConfigurationException>(() => CheckpointComparison.Compare(whole, damaged));

        Assert.Equal(model, Assert.Single(refusal.Problems).Where);
        Assert.True(CheckpointComparison.Compare(whole, checkpoint.Copy()).IsEmpty);
    }

    private static void Rewrite(CheckpointFolder folder, Func<CheckpointManifest, CheckpointManifest> change) =>
        File.WriteAllText(
            folder.ManifestPath,
            change(CheckpointManifest.Read(File.ReadAllText(folder.ManifestPath), folder.ManifestPath)).Write());

    private static Problem Problem(string fileOfCheckpoint)
    {
        var folder = CheckpointFolder.Open(Path.GetDirectoryName(fileOfCheckpoint)!);
        return Assert.Single(Assert.Throws<ConfigurationException>(() => CheckpointReader.Verify(folder)).Problems);
    }
}
