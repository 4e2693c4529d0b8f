namespace MiniCpmDist.Distributed.Tests;

public sealed class ResumeTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void A_run_resumed_from_step_5_on_another_world_size_continues_bit_for_bit()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("whole")).Succeeded();
        Tool.Mpirun(workspace.Folder, 2, ["train", workspace.RunFile("broken")]).Succeeded();
        var expected = workspace.LossColumn("whole");
        // What a kill between step 5 and step 10 leaves: later checkpoints never came to be, metrics did.
        foreach (var step in (string[])["step-00000010", "step-00000012"])
            Directory.Delete(Path.Combine(workspace.Folder, "runs", "broken", "checkpoints", step), recursive: true);
        Directory.CreateDirectory(
            Path.Combine(workspace.Folder, "runs", "broken", "checkpoints", "step-00000010.partial"));

        Tool.Mpirun(workspace.Folder, 4, ["resume", "runs/broken"]).Succeeded();

        Assert.Equal(expected, workspace.LossColumn("broken"));
        Assert.Equal(workspace.HashesOfCheckpoint("whole", 12), workspace.HashesOfCheckpoint("broken", 12));
        var journal = File.ReadAllLines(Path.Combine(workspace.Folder, "runs", "broken", "journal.jsonl"));
        Assert.Equal(2, journal.Count(line => line.Contains("\"run-started\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_decay_branch_starts_where_the_trunk_stood_and_leaves_the_trunk_as_it_was()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("trunk")).Succeeded();
        var before = workspace.HashesOfCheckpoint("trunk", 12);

        Tool.Minicpm(
            workspace.Folder,
            "branch", "runs/trunk", "--at", "step:5", "--decay", "4 steps", "--name", "decayed").Succeeded();
        Tool.Mpirun(workspace.Folder, 2, ["resume", "runs/decayed"]).Succeeded();

        var trunk = workspace.LossColumn("trunk");
        var branch = workspace.LossColumn("decayed");
        Assert.Equal([6, 7, 8, 9], branch.Keys);
        // Step 6 has the same weights and data as the trunk's; its loss is measured before the decayed update.
        Assert.Equal(trunk[6], branch[6]);
        Assert.NotEqual(trunk[8], branch[8]);
        Assert.Equal(before, workspace.HashesOfCheckpoint("trunk", 12));
    }

    [Fact]
    public void A_newest_checkpoint_with_a_flipped_byte_is_passed_over_and_refused_where_it_is_asked_for()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("flipped")).Succeeded();
        var path = Path.Combine(
            workspace.Folder, "runs", "flipped", "checkpoints", "step-00000012", "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        var passed = Tool.Minicpm(workspace.Folder, "generate", "runs/flipped").Succeeded();
        var asked = Tool.Minicpm(workspace.Folder, "eval", "runs/flipped", "--at", "step:12");

        Assert.Contains("taking the checkpoint of step 10", passed.Errors, StringComparison.Ordinal);
        Assert.Equal(2, asked.ExitCode);
        Assert.All(
            (string[])[passed.Errors, asked.Errors],
            errors => Assert.Contains("model.safetensors", errors, StringComparison.Ordinal));
    }
}
