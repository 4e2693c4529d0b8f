namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// Trains on a real file system that is really full: a small tmpfs in a mount namespace of the test's own.
/// </summary>
public sealed class FullDiskTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    // Two checkpoints find room beside the ballast, and all of them without it.
    private const string Script = """
        set -e
        mkdir -p small
        mount -t tmpfs -o size=14m tmpfs small
        head -c 10M /dev/zero > small/ballast
        "$MPIRUN" -n 2 dotnet "$MINICPM" train full.yaml --runs small > full.log 2>&1 &
        world=$!
        until grep -q 'CHECKPOINT FAILED' full.log; do
            kill -0 $world || break
            sleep 0.05
        done
        rm small/ballast
        status=0
        wait $world || status=$?
        mkdir -p runs
        cp -r small/full runs/
        exit $status
        """;

    // Root needs no namespace of users to mount in, and in a chroot it may not have one.
    private static readonly string[] s_namespace =
        Environment.UserName == "root" ? ["--mount"] : ["--user", "--map-root-user", "--mount"];

    [Fact]
    public void A_disk_that_is_full_for_a_while_costs_checkpoints_and_nothing_else()
    {
        Assert.SkipUnless(
            Tool.Start(workspace.Folder, "unshare", [.. s_namespace, "true"], []).ExitCode == 0,
            "mount namespaces of one's own are not allowed here");
        workspace.RunFile("full", steps: 24, checkpointEvery: 3);
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("roomy", steps: 24, checkpointEvery: 3)).Succeeded();

        var result = Tool.Start(
            workspace.Folder, "unshare", [.. s_namespace, "bash", "-c", Script],
            [.. Tool.MpirunEnvironment, ("MPIRUN", Tool.MpirunProgram), ("MINICPM", Tool.Dll)]);

        var said = File.ReadAllText(Path.Combine(workspace.Folder, "full.log"));
        Assert.True(result.ExitCode == 0, said + result.Errors);
        Assert.Contains("No space left on device", said, StringComparison.Ordinal);
        Assert.NotEmpty(workspace.Journal("full", "checkpoint-failed"));
        Assert.Equal(workspace.LossColumn("roomy"), workspace.LossColumn("full"));
        Assert.Equal(workspace.HashesOfCheckpoint("roomy", 24), workspace.HashesOfCheckpoint("full", 24));
        // The earlier ones are still whole, and nothing half-written is left.
        Tool.Minicpm(workspace.Folder, "checkpoint", "verify", Path.Combine("runs", "full")).Succeeded();
        var left = Directory.GetDirectories(Path.Combine(workspace.Folder, "runs", "full", "checkpoints"));
        Assert.All(left, path => Assert.False(path.EndsWith(".partial", StringComparison.Ordinal), path));
        Assert.Equal(left.Length, workspace.Journal("full", "checkpoint").Count);
    }
}
