using System.Security.Cryptography;
using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>Copies removed by several ranks, and by processes that are killed: the bytes are those of one undisturbed
/// one.</summary>
public sealed class DataDedupTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const int Files = 4;

    [Fact]
    public void Several_ranks_make_the_bytes_of_one()
    {
        var alone = Clean("alone");
        Tool.Mpirun(workspace.Folder, 2, Arguments("ranks")).Succeeded();

        Assert.Equal(alone, Hashes("ranks"));
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, "ranks", "clean.partial")));
    }

    [Theory]
    [InlineData(1, 2, "read-*.json")]
    [InlineData(2, 1, "exact-*.json")]
    public void After_kill_9_the_same_command_goes_on_and_makes_the_same_bytes(
        int ranks, int ranksAfterwards, string marker)
    {
        var name = $"killed-{ranks}-{ranksAfterwards}";
        var units = Path.Combine(workspace.Folder, name, "clean.partial", "units");
        using (var world = RunningTool.Mpirun(workspace.Folder, ranks, Arguments(name)))
        {
            world.WaitUntil(
                () => Directory.Exists(units) && Directory.GetFiles(units, marker).Length > 0, marker);
            world.KillWorld();
        }
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, name, "clean")));

        Tool.Mpirun(workspace.Folder, ranksAfterwards, Arguments(name)).Succeeded();

        Assert.Equal(Clean("alone"), Hashes(name));
    }

    [Fact]
    public void Scripts_get_the_report_as_one_line_of_JSON_and_nothing_else_on_standard_output()
    {
        var result = Tool.Minicpm(workspace.Folder, [.. Arguments("json"), "--json"]).Succeeded();

        using var report = JsonDocument.Parse(result.Output);
        Assert.Equal(Files * 60, report.RootElement.GetProperty("documents").GetInt32());
        Assert.True(report.RootElement.GetProperty("near").GetProperty("removed").GetInt32() > 0);
        Assert.Contains("documents", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_bands_that_does_not_divide_the_permutations_is_refused_before_anything_is_read()
    {
        var result = Tool.Minicpm(workspace.Folder, [.. Arguments("never"), "--bands", "33", "--threshold", "0"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("divides --permutations 128", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--threshold", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, "never", "clean.partial")));
    }

    private string[] Arguments(string name)
    {
        var corpus = Path.Combine(workspace.Folder, "copies");
        if (!Directory.Exists(corpus))
            UnitCorpus.Write(corpus, Files, file => file % 2);
        return
        [
            "data", "dedup", "--exact", "--near", "--substrings", "50", "--workers", "1",
            "--out", Path.Combine(name, "clean"), "copies",
        ];
    }

    private string[] Clean(string name)
    {
        if (!Directory.Exists(Path.Combine(workspace.Folder, name, "clean")))
            Tool.Minicpm(workspace.Folder, Arguments(name)).Succeeded();
        return Hashes(name);
    }

    private string[] Hashes(string name) =>
    [
        .. Directory.GetFiles(Path.Combine(workspace.Folder, name, "clean"))
            .Where(path => !path.EndsWith("report.ndjson", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(path => Path.GetFileName(path) + " "
                + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))),
    ];
}
