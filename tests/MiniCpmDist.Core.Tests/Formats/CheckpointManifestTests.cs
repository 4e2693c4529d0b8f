using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class CheckpointManifestTests
{
    private const string Source = "runs/a/checkpoints/step-00000400/MANIFEST";
    private const string Hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly CheckpointManifest s_manifest = new(
        "größer", 400, 819_200, [new("model.safetensors", 5_000_000_000, Hash), new("config.json", 0, Hash)]);

    [Fact]
    public void A_manifest_is_read_back_whole()
    {
        var found = CheckpointManifest.Read(s_manifest.Write(), Source);

        Assert.Equal(s_manifest.Files, found.Files);
        Assert.Equal(s_manifest, found with { Files = s_manifest.Files });
    }

    [Fact]
    public void A_newer_format_is_refused_however_it_looks_otherwise()
    {
        var error = Assert.Throws<ConfigurationException>(
            () => CheckpointManifest.Read("""{"format": 7, "shards": {}}""", Source));

        Assert.StartsWith(
            $"{Source}: expected format 1 or older, found format 7", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\": 1}")]
    [InlineData("{\"format\": 1, \"run\": \"a\", \"step\": 1, \"tokens\": 2, \"files\": null}")]
    [InlineData("{\"format\": 1, \"run\": \"a\", \"step\": 1, \"tokens\": 2, \"files\": [{\"name\": \"x\"}]}")]
    [InlineData("{\"format\": 1, \"run\": \"a\", \"step\": 1, \"tokens\": 2, \"files\": [null]}")]
    public void A_broken_manifest_is_a_problem_that_names_the_file(string json) =>
        Assert.StartsWith(
            Source + ": expected ",
            Assert.Throws<ConfigurationException>(() => CheckpointManifest.Read(json, Source)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("../../secrets", 1, Hash)]
    [InlineData("a\\b", 1, Hash)]
    [InlineData("..", 1, Hash)]
    [InlineData("", 1, Hash)]
    [InlineData("model.safetensors", -1, Hash)]
    [InlineData("model.safetensors", 1, "e3b0")]
    [InlineData("model.safetensors", 1, "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public void A_file_outside_the_folder_or_without_a_proper_hash_is_refused(string name, long bytes, string hash)
    {
        var json = (s_manifest with { Files = [new(name, bytes, hash)] }).Write();

        Assert.Throws<ConfigurationException>(() => CheckpointManifest.Read(json, Source));
    }
}
