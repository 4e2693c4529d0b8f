using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Checkpoints;

public sealed class CheckpointWriterTests(TinyData data)
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Every_byte_of_a_checkpoint_is_the_same_whether_one_rank_writes_it_or_several(int worldSize)
    {
        var alone = TinyRun.Create(data);
        var world = TinyRun.Create(data);
        alone.Train(1);
        world.Train(worldSize);

        Assert.Contains("MANIFEST", alone.NewestFiles().Keys);
        Assert.Equal(alone.NewestFiles(), world.NewestFiles());
    }

    [Fact]
    public void What_is_trained_while_a_checkpoint_is_written_is_not_in_it()
    {
        var often = TinyRun.Create(
            data, options => options with { Checkpoint = new CheckpointOptions { Every = 2 * 96 } });
        var still = TinyRun.Create(data);
        often.Train(2);
        // Stopped at step 2, so that its checkpoint is written while nothing moves.
        still.Train(2, new ScriptedControl((2, new RunCommand.Stop())));

        Assert.Equal([2, 4, 6], often.SavedSteps());
        Assert.Equal(TinyRun.Files(still.Folder.Checkpoints[0]), TinyRun.Files(often.Folder.Checkpoints[0]));
    }

    [Fact]
    public void An_unfinished_checkpoint_is_invisible_and_the_next_attempt_removes_it()
    {
        var run = TinyRun.Create(
            data, options => options with { Checkpoint = new CheckpointOptions { AtPhaseEnds = false } });
        run.Train();
        var (saved, files) = (run.Folder.NewestCheckpoint!, run.NewestFiles());
        string[] leftovers =
            [saved.Path[..^1] + "9.partial", saved.Path + ".partial", saved.Path + ".replaced.partial"];
        foreach (var path in leftovers)
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(Path.Combine(path, "MANIFEST"), "{}");
        }
        Directory.CreateDirectory(saved.Path[..^1] + "8");      // without a manifest it is none either
        Assert.Equal([saved], run.Folder.Checkpoints);

        run.Train();

        Assert.All(leftovers, path => Assert.False(Directory.Exists(path), path));
        Assert.Equal(files, run.NewestFiles());
    }

    [Fact]
    public void A_step_that_is_trained_again_replaces_its_checkpoint_by_one_of_the_same_bytes()
    {
        var run = TinyRun.Create(
            data,
            options => options with { Checkpoint = new CheckpointOptions { Every = 3 * 96, AtPhaseEnds = false } });
        run.Train();
        var files = run.NewestFiles();
        // Without its manifest the newest checkpoint does not count, but its folder is in the way.
        File.Delete(run.Folder.NewestCheckpoint!.ManifestPath);
        Assert.Equal([3], run.SavedSteps());

        run.Train(2);

        Assert.Equal([3, 6], run.SavedSteps());
        Assert.Equal(files, run.NewestFiles());
        Assert.Equal(2, Directory.GetDirectories(run.Folder.CheckpointsPath).Length);
    }
}
