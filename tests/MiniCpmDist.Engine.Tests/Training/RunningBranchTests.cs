using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Branches that a trunk makes while it goes on.</summary>
public sealed class RunningBranchTests(TinyData data)
{
    private static readonly BranchScheduleOptions s_ladder = new(Every: 96, Extent.OfSteps(1), Launch: true, Ranks: 2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_ladder_makes_and_starts_a_branch_at_each_rung_of_the_stable_phase_and_changes_no_bit(int worldSize)
    {
        var undisturbed = TinyRun.Create(data);
        undisturbed.Train(worldSize);
        var launcher = new Launches();
        var run = TinyRun.Create(data, options => options with { Branches = s_ladder });

        run.With(run.Attempt with { Launcher = launcher }).Train(worldSize);

        var stable = undisturbed.Steps().Where(step => step.Phase == Core.Schedules.PhaseKind.Stable).ToArray();
        var names = stable.Select(step => $"tiny-decay-{step.Step}").ToArray();
        Assert.NotEmpty(names);
        Assert.Equal(names, Branches(run));
        Assert.Equal(names.Select(name => (name, 2)), launcher.Started.OrderBy(start => start.Name));
        Assert.Equal(names, run.Journal().Select(JournalEntry.Parse)
            .Where(entry => entry.Event == "branched").Select(entry => entry.Details["branch"]).Order());
        Assert.Equal(undisturbed.Steps().Select(step => step.Loss), run.Steps().Select(step => step.Loss));
    }

    [Fact]
    public void A_trunk_that_passes_its_rungs_again_makes_no_second_branch_and_tells_of_no_failure()
    {
        var run = TinyRun.Create(data, options => options with { Branches = s_ladder });
        run.Train();
        var made = Branches(run);
        foreach (var checkpoint in run.Folder.Checkpoints.Skip(1))
            Directory.Delete(checkpoint.Path, recursive: true);

        run.Train();

        Assert.Equal(made, Branches(run));
        Assert.DoesNotContain(run.Journal(), line => line.Contains("branch-failed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_branch_on_request_begins_where_the_trunk_stood_and_decays_below_its_schedule()
    {
        var run = TinyRun.Create(data);
        var control = new ScriptedControl((3, new RunCommand.Branch("probe", Extent.OfSteps(2), Launch: false)));

        run.Train(2, control);

        var (folder, options) = RunFolder.Open(Path.Combine(Path.GetDirectoryName(run.Folder.Path)!, "probe"));
        Assert.Equal(3, options.Parent!.Step);
        Assert.Equal(2 * 96, options.Schedule.Decay);
        Assert.Contains(3, run.SavedSteps());
        // It has no journal yet, and nothing that looks at runs minds.
        Assert.Empty(Retention.Look(folder, rule: null));
        Assert.Equal("", SaveHistory.Read(folder).CauseOf(run.Folder.Checkpoints[0]));
        var summaries = RunSurvey.Of(Path.GetDirectoryName(folder.Path)!, new ProblemCollector())
            .ToDictionary(summary => summary.Name);
        Assert.Equal(RunState.Made, summaries["probe"].State);
        Assert.Equal((run.Folder.Path, 3L), (summaries["probe"].Parent, summaries["probe"].ParentStep));
        Assert.Equal(3 * 96, summaries["probe"].Tokens);
        Assert.Equal(RunState.Finished, summaries["tiny"].State);
        Assert.True(summaries["tiny"].RankSeconds > run.Steps().Sum(step => step.Seconds));
        Assert.Equal(["tiny", "└─ probe"], RunTree.Of(summaries.Values).Select(row => row.Lines + row.Run.Name));
    }

    [Fact]
    public void Retention_keeps_the_checkpoints_that_running_branches_begin_at()
    {
        var run = TinyRun.Create(data, options => options with
        {
            Branches = s_ladder with { Every = 3 * 96 },
            Checkpoint = new CheckpointOptions
            {
                Every = 96,
                AtPhaseEnds = false,
                Keep = new RetentionRule { Last = 1, PhaseEnds = false },
            },
        });

        run.Train();

        Assert.Equal([3, 6], run.SavedSteps());
    }

    private static IEnumerable<string> Branches(TinyRun run) =>
        Directory.EnumerateDirectories(Path.GetDirectoryName(run.Folder.Path)!, "tiny-decay-*")
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private sealed class Launches : IRunLauncher
    {
        private readonly Lock _guard = new();

        public List<(string Name, int Ranks)> Started { get; } = [];

        public string Launch(string runFolder, int ranks)
        {
            lock (_guard)
                Started.Add((Path.GetFileName(runFolder), ranks));
            return "started";
        }
    }
}
