namespace MiniCpmDist.Distributed.Tests;

/// <summary>The strongest test of the project: real worlds, the same loss column to the last bit.</summary>
public sealed class WorldSizeTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void The_loss_column_and_the_weights_are_the_same_to_the_last_bit_for_1_2_and_4_ranks()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("alone")).Succeeded();
        Tool.LaunchMpirun(workspace.Folder, 2, "train", workspace.RunFile("pair")).Succeeded();
        Tool.Mpirun(workspace.Folder, 4, ["train", workspace.RunFile("four")]).Succeeded();

        var expected = workspace.LossColumn("alone");
        Assert.Equal(12, expected.Count);
        Assert.Equal(expected, workspace.LossColumn("pair"));
        Assert.Equal(expected, workspace.LossColumn("four"));
        Assert.Equal(workspace.HashesOfCheckpoint("alone", 12), workspace.HashesOfCheckpoint("pair", 12));
        Assert.Equal(workspace.HashesOfCheckpoint("alone", 12), workspace.HashesOfCheckpoint("four", 12));
    }

    [Fact]
    public void Binding_and_thread_variables_of_the_environment_do_not_reach_the_bits()
    {
        Tool.Mpirun(workspace.Folder, 2, ["train", workspace.RunFile("bound")], ["--bind-to", "core"]).Succeeded();
        Tool.Mpirun(
            workspace.Folder, 2, ["train", workspace.RunFile("threads")], ["--bind-to", "none"],
            ("OMP_NUM_THREADS", "2"), ("OPENBLAS_NUM_THREADS", "2"), ("MKL_NUM_THREADS", "2")).Succeeded();

        Assert.Equal(workspace.LossColumn("bound"), workspace.LossColumn("threads"));
        // What the libraries themselves said at the start: a variable that got through would show here even if the
        // sums of so small a model were never split.
        foreach (var run in (string[])["bound", "threads"])
            Assert.Equal("ATen 1, BLAS 1", Assert.Single(workspace.Journal(run, "run-started")).Details["threads"]);
    }

    [Fact]
    public void Three_lanes_give_the_same_bits_on_1_and_3_ranks()
    {
        Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("three-alone", lanes: 3)).Succeeded();
        Tool.Mpirun(workspace.Folder, 3, ["train", workspace.RunFile("three", lanes: 3)]).Succeeded();

        Assert.Equal(workspace.LossColumn("three-alone"), workspace.LossColumn("three"));
    }

    [Fact]
    public void A_sequence_that_lies_over_two_ranks_has_the_bits_that_it_has_on_one()
    {
        string[] cut = ["--set", "parallel.context_ranks=2"];
        Tool.Minicpm(workspace.Folder, ["train", workspace.RunFile("cut-alone", lanes: 2), .. cut]).Succeeded();
        Tool.Mpirun(workspace.Folder, 2, ["train", workspace.RunFile("cut-pair", lanes: 2), .. cut]).Succeeded();

        Assert.Equal(workspace.LossColumn("cut-alone"), workspace.LossColumn("cut-pair"));
        Assert.Equal(
            workspace.HashesOfCheckpoint("cut-alone", 12), workspace.HashesOfCheckpoint("cut-pair", 12));
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        Tool.LaunchMpirun(workspace.Folder, 2, "train", workspace.RunFile("longer", steps: 40)).Succeeded();

        var losses = workspace.LossColumn("longer").Values.Select(double.Parse).ToArray();
        Assert.InRange(losses[0], 5.5, 7.5);   // near ln 512 = 6.24: a fresh model knows nothing
        Assert.True(losses[^1] < losses[0] - 1, $"from {losses[0]} to {losses[^1]}");
    }
}
