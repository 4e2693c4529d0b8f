namespace MiniCpmDist.Distributed.Tests;

/// <summary>What a run does about faults by itself, with planned ones in real worlds of ranks.</summary>
public sealed class RecoveryTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const string Poison = "step=7 do=poison; step=8 do=poison; step=9 do=poison";

    [Fact]
    public void A_flipped_bit_of_one_rank_of_four_is_told_with_its_host_and_healed_to_the_last_bit()
    {
        Train("unflipped", ranks: 2, faults: null).Succeeded();

        var told = Train("flipped", ranks: 4, "rank=2 step=7 do=flip").Succeeded();

        var named = $"rank 2 on {Environment.MachineName}";
        Assert.Equal(named, Assert.Single(workspace.Journal("flipped", "ranks-differ")).Details["ranks"]);
        Assert.Contains($"ROLLED BACK to step 5: other parameters on {named}", told.Output, StringComparison.Ordinal);
        Assert.Equal(workspace.LossColumn("unflipped"), workspace.LossColumn("flipped"));
        Assert.Equal(workspace.HashesOfCheckpoint("unflipped", 12), workspace.HashesOfCheckpoint("flipped", 12));
    }

    [Fact]
    public void Ranks_that_differ_once_too_often_end_the_run_with_the_name_of_the_rank_and_its_host()
    {
        var file = workspace.RunFile("spoilt", more: "recovery: { rollbacks: 0 }");

        var ended = Run(4, "rank=3 step=7 do=flip", "train", file);

        Assert.Equal(3, ended.ExitCode);
        Assert.Contains(
            "After step 7: expected the same parameters on all ranks, found others on rank 3 on "
                + $"{Environment.MachineName}.",
            ended.Errors, StringComparison.Ordinal);
        Assert.Single(workspace.Journal("spoilt", "ranks-differ"));
        Assert.Empty(workspace.Journal("spoilt", "rolled-back"));
    }

    [Fact]
    public void Poisoned_data_are_passed_over_whatever_is_killed_meanwhile_and_a_replay_agrees()
    {
        Train("poisoned", ranks: 2, Poison).Succeeded();
        Assert.Equal([7L, 8L, 9L], workspace.Journal("poisoned", "step-skipped").Select(skip => skip.Step));

        // Rank 1 dies in a step of the second attempt: the first has skipped this one.
        Assert.NotEqual(0, Train("killed", ranks: 2, $"{Poison}; rank=1 step=11 at=collective do=kill").ExitCode);
        Assert.Equal(5L, Assert.Single(workspace.Journal("killed", "rolled-back")).Details["to_step"]);
        Run(4, Poison, "resume", "runs/killed").Succeeded();

        Assert.Equal(workspace.LossColumn("poisoned"), workspace.LossColumn("killed"));
        Assert.Equal(workspace.HashesOfCheckpoint("poisoned", 12), workspace.HashesOfCheckpoint("killed", 12));
        var replayed = Run(1, Poison, "replay", "runs/killed").Succeeded();
        Assert.Contains("all losses up to step 12", replayed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rank=1 step=10 at=write do=kill", 5)]
    [InlineData("rank=0 step=10 at=commit do=kill", 5)]
    [InlineData("rank=0 step=10 at=published do=kill", 10)]
    public void A_kill_at_any_moment_of_a_save_costs_that_checkpoint_at_most(string fault, long from)
    {
        var name = "save-" + fault.Split("at=")[1].Split(' ')[0];
        Train("whole", ranks: 1, faults: null);

        Assert.NotEqual(0, Train(name, ranks: 2, fault).ExitCode);
        Run(1, faults: null, "resume", $"runs/{name}").Succeeded();

        Assert.Equal([0L, from], workspace.Journal(name, "run-started").Select(start => start.Step));
        Assert.Equal(workspace.LossColumn("whole"), workspace.LossColumn(name));
        Assert.Equal(workspace.HashesOfCheckpoint("whole", 12), workspace.HashesOfCheckpoint(name, 12));
    }

    [Fact]
    public void A_plan_that_is_none_is_a_fault_of_the_user_and_nothing_is_written()
    {
        var refused = Train("unplanned", ranks: 2, "rank=1 step=5 do=explode");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("MINICPM_FAULTS: expected do=kill|stop|flip|poison", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, "runs", "unplanned")));
    }

    private ToolResult Train(string name, int ranks, string? faults) =>
        Run(ranks, faults, "train", workspace.RunFile(name));

    private ToolResult Run(int ranks, string? faults, params string[] arguments) => Tool.Mpirun(
        workspace.Folder, ranks, arguments, options: null, faults is null ? [] : [("MINICPM_FAULTS", faults)]);
}
