using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Runs;

/// <summary>Six steps with a checkpoint after each; the warmup ends with the second.</summary>
public sealed class RetentionTests(TinyData data)
{
    private static readonly RetentionRule s_lastTwo = new() { Last = 2, PhaseEnds = false };

    [Fact]
    public void While_a_run_trains_only_what_its_rule_keeps_stays_and_every_deletion_is_journaled()
    {
        var run = Create(new RetentionRule { Last = 2, Every = 3 * 96 });

        run.Train(2);

        Assert.Equal([2, 3, 5, 6], run.SavedSteps());
        Assert.Equal(
            [(1, "step-00000001"), (4, "step-00000004")],
            Entries(run, "checkpoint-deleted").Select(entry => ((int)entry.Step, (string)entry.Details["path"]!)));
    }

    [Fact]
    public void The_parent_of_a_branch_stays_for_as_long_as_the_branch_is_there()
    {
        var run = Create(null);
        run.Train();
        var pinned = DecayBranch.Create(run.Folder.Path, 3, Extent.OfSteps(2), Beside(run, "pinned"));
        var elsewhere = DecayBranch.Create(
            run.Folder.Path, 2, Extent.OfSteps(2), Path.Combine(Beside(run, "far"), "pinned"));
        var old = DecayBranch.Create(run.Folder.Path, 4, Extent.OfSteps(2), Beside(run, "old"));
        foreach (var pin in Directory.GetFiles(run.Folder.PinsPath, "step-00000004--*"))
            File.Delete(pin);       // as branches were before there were pins

        Assert.Equal([1], Deleted(Apply(run, s_lastTwo)));

        foreach (var branch in (RunFolder[])[pinned, elsewhere, old])
            Directory.Delete(branch.Path, recursive: true);
        Assert.Equal([2, 3, 4], Deleted(Apply(run, s_lastTwo)));
    }

    [Fact]
    public void A_branch_that_comes_when_its_parent_is_already_out_of_sight_brings_it_back()
    {
        var run = Create(null);
        run.Train();
        var options = run.Options;

        // Between plan and deletion of step 1, the branch at step 2 takes place.
        var report = Retention.Apply(run.Folder, options.Name, s_lastTwo, null, checkpoint =>
        {
            if (checkpoint.Step == 1)
                DecayBranch.Create(run.Folder.Path, 2, Extent.OfSteps(2), Beside(run, "sudden"));
        });

        Assert.Equal([1, 3, 4], Deleted(report));
        Assert.Equal([2, 5, 6], run.SavedSteps());
        CheckpointReader.VerifyOf(options.Name, run.Folder.Checkpoints[0]);
    }

    [Fact]
    public void A_branch_from_what_is_being_deleted_is_refused_and_leaves_neither_folder_nor_pin()
    {
        var run = Create(null);
        run.Train();
        run.Folder.Checkpoints[1].Hide();

        Assert.Throws<ConfigurationException>(
            () => DecayBranch.Create(run.Folder.Path, 2, Extent.OfSteps(2), Beside(run, "late")));

        Assert.False(Directory.Exists(Beside(run, "late")));
        Assert.False(Directory.Exists(run.Folder.PinsPath));
    }

    [Fact]
    public void A_deletion_that_was_cut_off_before_it_was_decided_is_taken_back_when_the_run_starts_again()
    {
        var run = Create(null);
        run.Train();
        run.Folder.Checkpoints[1].Hide();
        var half = run.Folder.Checkpoints[1].Hide();    // step 3
        File.Delete(Path.Combine(half, CheckpointFolder.ManifestName));

        run.Train();

        Assert.Equal([1, 2, 4, 5, 6], run.SavedSteps());
        Assert.False(Directory.Exists(half));
    }

    [Fact]
    public void The_newest_valid_one_stays_when_newer_ones_are_damaged()
    {
        var run = Create(null);
        run.Train();
        foreach (var checkpoint in run.Folder.Checkpoints.Where(checkpoint => checkpoint.Step > 3))
            File.AppendAllText(Path.Combine(checkpoint.Path, "model.safetensors"), "x");

        Assert.Equal([1, 2], Deleted(Apply(run, s_lastTwo with { Last = 1 })));
    }

    [Fact]
    public void A_neighbour_that_may_be_a_branch_and_cannot_be_read_stops_the_deletion_and_not_the_training()
    {
        var neighbour = "";
        var run = Create(s_lastTwo);
        neighbour = Directory.CreateDirectory(Beside(run, "newer")).FullName;
        File.WriteAllText(Path.Combine(neighbour, "run.yaml"), "parent: { run: ../tiny, step: 3, since: tomorrow }");
        var told = new Warnings();

        run.Train(1, null, told);

        Assert.Equal([1, 2, 3, 4, 5, 6], run.SavedSteps());
        Assert.Contains("parent.since", told.Last, StringComparison.Ordinal);
    }

    private TinyRun Create(RetentionRule? keep) => TinyRun.Create(
        data, options => options with { Checkpoint = new CheckpointOptions { Every = 96, Keep = keep } });

    private static string Beside(TinyRun run, string name) =>
        Path.Combine(Path.GetDirectoryName(run.Folder.Path)!, name);

    private static RetentionReport Apply(TinyRun run, RetentionRule rule)
    {
        var report = Retention.Apply(run.Folder, run.Options.Name, rule, null, _ => { });
        Assert.Empty(report.Warnings);
        return report;
    }

    private static IEnumerable<long> Deleted(RetentionReport report) =>
        report.Deleted.Select(checkpoint => checkpoint.Step);

    private static IEnumerable<JournalEntry> Entries(TinyRun run, string kind) =>
        run.Journal().Select(JournalEntry.Parse).Where(entry => entry.Event == kind);

    private sealed class Warnings : IStepObserver
    {
        public string Last { get; private set; } = "";

        public void Pruned(RetentionReport report) => Last = report.Warnings.Append(Last).First();
    }
}
