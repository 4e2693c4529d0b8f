using System.Security.Cryptography;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>Data built by several ranks, and by processes that are killed: the bytes are those of one undisturbed
/// one.</summary>
public sealed class DataBuildTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const int Files = 12;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Several_ranks_make_the_bytes_of_one(int ranks)
    {
        var alone = Build("alone");
        Tool.Mpirun(workspace.Folder, ranks, Arguments($"ranks-{ranks}")).Succeeded();

        Assert.Equal(alone, Hashes($"ranks-{ranks}"));
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, $"ranks-{ranks}", "data.partial")));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 3)]
    public void After_kill_9_the_same_command_goes_on_and_makes_the_same_bytes(int ranks, int ranksAfterwards)
    {
        var name = $"killed-{ranks}-{ranksAfterwards}";
        var units = Path.Combine(workspace.Folder, name, "data.partial", "units");
        using (var world = RunningTool.Mpirun(workspace.Folder, ranks, Arguments(name)))
        {
            world.WaitUntil(() => Directory.Exists(units) && Done(units) >= 2, "two units are done");
            world.KillWorld();
        }
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, name, "data")));
        var done = Done(units);

        var result = Tool.Mpirun(workspace.Folder, ranksAfterwards, Arguments(name)).Succeeded();

        Assert.Contains($"going on: {done} of ", result.Output, StringComparison.Ordinal);
        Assert.Equal(Build("alone"), Hashes(name));
    }

    [Fact]
    public void Problems_of_all_ranks_are_told_once_by_rank_0_and_nobody_waits()
    {
        var arguments = Arguments("broken");
        string[] broken = ["x-broken.json.gz", "y-broken.json.gz", "z-broken.json.gz"];
        // Larger than a unit, so that each is one of its own and ranks share them.
        foreach (var name in broken)
            File.WriteAllBytes(Path.Combine(workspace.Folder, name), new byte[70 << 20]);

        var result = Tool.Mpirun(workspace.Folder, 2, [.. arguments, .. broken]);

        Assert.Equal(2, result.ExitCode);
        Assert.All(broken, name => Assert.Single(
            result.Errors.Split('\n'), line => line.Contains(name, StringComparison.Ordinal)));
        Assert.Contains("rank 0", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("rank 1: ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_builds_of_one_folder_do_not_get_into_each_others_way()
    {
        using var first = RunningTool.Mpirun(workspace.Folder, 1, Arguments("wanted"));
        first.WaitUntil(
            () => Directory.Exists(Path.Combine(workspace.Folder, "wanted", "data.partial", "units")), "it has begun");

        var second = Tool.Minicpm(workspace.Folder, Arguments("wanted"));

        Assert.Equal(2, second.ExitCode);
        Assert.Contains("no other process", second.Errors, StringComparison.Ordinal);
        Assert.Equal(0, first.Finish(TimeSpan.FromMinutes(2)).ExitCode);
    }

    private string[] Arguments(string name)
    {
        var corpus = Path.Combine(workspace.Folder, "large");
        if (!Directory.Exists(corpus))
            UnitCorpus.Write(corpus, Files, file => file);
        return
        [
            "data", "build", "--tokenizer", "tokenizer.model", "--sequence-length", "128", "--workers", "1",
            "--out", Path.Combine(name, "data"), "large",
        ];
    }

    private string[] Build(string name)
    {
        if (!Directory.Exists(Path.Combine(workspace.Folder, name, "data")))
            Tool.Minicpm(workspace.Folder, Arguments(name)).Succeeded();
        return Hashes(name);
    }

    private static int Done(string units) => Directory.GetFiles(units, "*.json").Length;

    private string[] Hashes(string name) =>
    [
        .. Directory.GetFiles(Path.Combine(workspace.Folder, name, "data")).Order(StringComparer.Ordinal).Select(path =>
            Path.GetFileName(path) + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))),
    ];
}
