using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Checkpoints;

namespace MiniCpmDist.Engine.Tests.Checkpoints;

public sealed class CheckpointReaderTests(TinyCheckpoint checkpoint) : IClassFixture<TinyCheckpoint>
{
    public static TheoryData<string> Files => new(
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
            Assert.Equal(path, Fault(path).Where);
        }

        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Contains($"{bytes.Length - 1} bytes", Fault(path).Found, StringComparison.Ordinal);

        File.Delete(path);
        Assert.Equal((path, "no such file"), (Fault(path).Where, Fault(path).Found));
    }

    [Fact]
    public void All_damaged_files_are_told_at_once()
    {
        var copy = checkpoint.Copy();
        File.Delete(Path.Combine(copy.Path, "config.json"));
        File.AppendAllText(Path.Combine(copy.Path, "state.json"), " ");

        var refusal = Assert.Throws<ConfigurationException>(() => CheckpointReader.Verify(copy));

        Assert.Equal(["config.json", "state.json"], refusal.Faults.Select(fault => Path.GetFileName(fault.Where)));
    }

    [Fact]
    public void A_manifest_that_is_cut_or_names_another_hash_is_refused()
    {
        var copy = checkpoint.Copy();
        var text = File.ReadAllText(copy.ManifestPath);
        File.WriteAllText(copy.ManifestPath, text[..(text.Length / 2)]);
        Assert.Equal(copy.ManifestPath, Fault(copy.ManifestPath).Where);

        var hash = CheckpointReader.Verify(checkpoint.Copy()).Files[0].Sha256;
        File.WriteAllText(copy.ManifestPath, text.Replace(hash, new string('0', 64), StringComparison.Ordinal));
        Assert.Equal("model.safetensors", Path.GetFileName(Fault(copy.ManifestPath).Where));
    }

    private static Fault Fault(string fileOfCheckpoint)
    {
        var folder = CheckpointFolder.Open(Path.GetDirectoryName(fileOfCheckpoint)!);
        return Assert.Single(Assert.Throws<ConfigurationException>(() => CheckpointReader.Verify(folder)).Faults);
    }
}
