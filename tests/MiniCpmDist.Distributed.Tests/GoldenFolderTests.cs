using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// Data folders, checkpoints and journals that earlier builds wrote are read and continued (tests/golden/folders-*).
/// </summary>
public sealed class GoldenFolderTests : IDisposable
{
    /// <summary>
    /// Another BLAS adds in another order: 5e-8 of a nat was seen in twelve steps of such a model, and each step can
    /// double what the one before it left.
    /// </summary>
    private const double Tolerance = 2e-6;

    private readonly string _folder = Directory.CreateTempSubdirectory("minicpm-golden-").FullName;

    public static TheoryData<string> Folders { get; } = ["folders-0.1.0", "folders-2026-11"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_checkpoint_of_an_earlier_build_has_the_hashes_of_its_manifest(string folder)
    {
        Copy(folder);

        Assert.Contains(
            "step-00000006",
            Tool.Minicpm(_folder, "checkpoint", "verify", "runs/trunk").Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("folders-0.1.0", "5952 tokens")]
    [InlineData("folders-2026-11", "4800 tokens")]
    public void Its_tokens_are_read_with_the_tokenizer_that_lies_beside_them(string folder, string tokens)
    {
        Copy(folder);

        Assert.Contains(
            tokens, Tool.Minicpm(_folder, "data", "inspect", "tokens").Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_branch_off_its_checkpoint_has_the_losses_that_the_earlier_build_had(string folder)
    {
        Copy(folder);
        Tool.Minicpm(_folder, "branch", "runs/trunk", "--at", "step:6", "--decay", "4 steps", "--name", "again")
            .Succeeded();

        Tool.Mpirun(_folder, 2, ["resume", "runs/again"]).Succeeded();

        RequireClose(Losses("decay"), Losses("again"));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_run_of_an_earlier_build_is_resumed_from_its_newest_checkpoint_and_says_what_is_different_now(
        string folder)
    {
        Copy(folder);
        var before = Losses("trunk");

        var resumed = Tool.Mpirun(_folder, 4, ["resume", "runs/trunk"]).Succeeded();

        // The last line of a step counts.
        RequireClose(before, Losses("trunk"));
        if (folder == "folders-0.1.0")
            Assert.Contains("libtorch", resumed.Output + resumed.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Copy(string name)
    {
        var golden = Path.Combine(Tool.RepositoryRoot, "tests", "golden", name);
        foreach (var path in Directory.EnumerateFiles(golden, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder, Path.GetRelativePath(golden, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
        // The data was in /golden there.
        foreach (var run in new[] { "trunk", "decay" })
        {
            var configuration = Path.Combine(_folder, "runs", run, "run.yaml");
            File.WriteAllText(configuration, File.ReadAllText(configuration).Replace("/golden/", _folder + "/"));
        }
    }

    private SortedDictionary<string, double> Losses(string run)
    {
        var column = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(_folder, "runs", run, "metrics.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var step = json.RootElement.GetProperty("step").GetInt64();
            foreach (var kind in new[] { "loss", "held_out_loss" })
            {
                if (json.RootElement.TryGetProperty(kind, out var loss))
                    column[$"{step:D4} {kind}"] = loss.GetDouble();
            }
        }
        Assert.NotEmpty(column);
        return column;
    }

    private static void RequireClose(SortedDictionary<string, double> expected, SortedDictionary<string, double> found)
    {
        Assert.Equal(expected.Keys, found.Keys);
        foreach (var (step, loss) in expected)
            Assert.InRange(found[step], loss - Tolerance, loss + Tolerance);
    }
}
