using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Recovery;

/// <summary>A bit that changes in the memory of one rank.</summary>
public sealed class DifferingRanksTests(TinyData data)
{
    [Theory]
    [InlineData(2, 1, "rank 0 on HOST, rank 1 on HOST")]
    [InlineData(4, 0, "rank 0 on HOST")]
    [InlineData(4, 2, "rank 2 on HOST")]
    public void A_flipped_bit_is_found_before_it_acts_and_the_run_ends_with_the_undisturbed_bits(
        int worldSize, int rank, string named)
    {
        var undisturbed = Create();
        undisturbed.Train();
        var run = Create().With($"rank={rank} step=6 do=flip");

        Assert.All(run.Train(worldSize), outcome => Assert.Equal(RunOutcome.Finished, outcome));

        var found = Assert.Single(Entries(run, "ranks-differ"));
        Assert.Equal(6, found.Step);
        Assert.Equal(named.Replace("HOST", Environment.MachineName, StringComparison.Ordinal), found.Details["ranks"]);
        Assert.Equal(worldSize, ((string)found.Details["hashes"]!).Split(' ').Length);
        var rollback = Assert.Single(Entries(run, "rolled-back"));
        Assert.Equal(("ranks-differ", 4L), (rollback.Details["cause"], rollback.Details["to_step"]));
        Assert.Equal((0L, null), (rollback.Details["sequences"], rollback.Details["cursor"]));
        Assert.Equal(TinyRuns.Losses(undisturbed), TinyRuns.Losses(run));
        Assert.Equal(undisturbed.NewestFiles(), run.NewestFiles());
    }

    [Fact]
    public void Nothing_is_saved_that_the_ranks_do_not_agree_about()
    {
        var undisturbed = Create();
        undisturbed.Train();
        // Compared at saves alone: nobody asks before step 1000.
        var run = Create(compareEvery: 1000 * 96).With("rank=1 step=8 do=flip");

        run.Train(2);

        Assert.Equal(8, Assert.Single(Entries(run, "ranks-differ")).Step);
        Assert.Equal([4L, 8L, 12L], Entries(run, "checkpoint").Select(entry => entry.Step));
        Assert.Equal(undisturbed.NewestFiles(), run.NewestFiles());
    }

    [Fact]
    public void It_passes_over_the_data_that_an_earlier_rollback_passed_over_and_no_others()
    {
        const string Poison = "step=5 do=poison; step=6 do=poison; step=7 do=poison";
        var undisturbed = Create().With(Poison);
        undisturbed.Train();
        var run = Create().With(Poison + "; rank=1 step=6 do=flip");

        run.Train(2);

        Assert.Equal(
            ["skipped-steps", "ranks-differ"], Entries(run, "rolled-back").Select(entry => entry.Details["cause"]));
        Assert.Equal(undisturbed.NewestFiles(), run.NewestFiles());
    }

    [Fact]
    public void Nobody_compares_where_that_is_switched_off()
    {
        var run = Create(compareEvery: null).With("rank=1 step=6 do=flip");

        run.Train(2);

        Assert.Empty(Entries(run, "ranks-differ"));
    }

    private TinyRun Create(long? compareEvery = 96) => TinyRun.Create(data, options => options with
    {
        Schedule = data.Options(steps: 12).Schedule,
        Checkpoint = new CheckpointOptions { Every = 4 * 96, AtPhaseEnds = false },
        Recovery = new RecoveryOptions { CompareEvery = compareEvery, SkippedSteps = 3 },
    });

    private static List<JournalEntry> Entries(TinyRun run, string kind) =>
        [.. JournalFile.Read(run.Folder.JournalPath).Where(entry => entry.Event == kind)];
}
