using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Saving;

/// <summary>A file where the folder of checkpoints should be stands for every way in which a disk can refuse.</summary>
public sealed class SaveFailureTests(TinyData data)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Training_goes_on_while_no_checkpoint_can_be_saved_and_saving_resumes_when_one_can(int worldSize)
    {
        var undisturbed = TinyRun.Create(data, SaveEveryStep);
        undisturbed.Train(worldSize);
        var run = TinyRun.Create(data, SaveEveryStep);
        File.WriteAllText(run.Folder.CheckpointsPath, "");
        var observer = new RoomMaker(run.Folder.CheckpointsPath, afterFailures: 2);

        var outcomes = run.Train(worldSize, null, observer);

        Assert.All(outcomes, outcome => Assert.Equal(RunOutcome.Finished, outcome));
        Assert.Equal([1, 2], observer.Failed);
        Assert.Equal([3, 4, 5, 6], run.SavedSteps());
        Assert.Equal(undisturbed.Steps().Select(step => step.Loss), run.Steps().Select(step => step.Loss));
        Assert.Equal(undisturbed.NewestFiles(), run.NewestFiles());
        var told = run.Journal().Select(JournalEntry.Parse)
            .Where(entry => entry.Event == "checkpoint-failed").ToArray();
        Assert.Equal([1, 2], told.Select(entry => entry.Step));
        Assert.All(told, entry => Assert.Contains(run.Folder.CheckpointsPath, (string)entry.Details["failure"]!));
    }

    [Fact]
    public void A_last_checkpoint_that_never_succeeds_ends_the_run_with_an_error_that_says_so()
    {
        var run = TinyRun.Create(data, SaveAtTheEnd);
        File.WriteAllText(run.Folder.CheckpointsPath, "");
        var observer = new RoomMaker(run.Folder.CheckpointsPath, afterFailures: int.MaxValue);

        var exception = Assert.Throws<IOException>(() => run.Train(1, null, observer));

        Assert.Contains(
            "The last checkpoint, of step 6, could not be saved", exception.Message, StringComparison.Ordinal);
        Assert.Equal([6, 6, 6], observer.Failed);
        Assert.DoesNotContain(run.Journal(), line => line.Contains("run-finished", StringComparison.Ordinal));
    }

    [Fact]
    public void A_last_checkpoint_is_tried_again_until_there_is_room()
    {
        var run = TinyRun.Create(data, SaveAtTheEnd);
        File.WriteAllText(run.Folder.CheckpointsPath, "");

        run.Train(1, null, new RoomMaker(run.Folder.CheckpointsPath, afterFailures: 2));

        Assert.Equal([6], run.SavedSteps());
    }

    private static RunOptions SaveAtTheEnd(RunOptions options) =>
        options with { Checkpoint = new CheckpointOptions { AtPhaseEnds = false } };

    private static RunOptions SaveEveryStep(RunOptions options) =>
        options with { Checkpoint = new CheckpointOptions { Every = 96 } };

    /// <summary>Removes what is in the way once enough saves have failed.</summary>
    private sealed class RoomMaker(string obstacle, int afterFailures) : IStepObserver
    {
        public List<long> Failed { get; } = [];

        public void SaveFailed(string checkpointPath, long step, string failure)
        {
            Failed.Add(step);
            if (Failed.Count == afterFailures)
                File.Delete(obstacle);
        }
    }
}
