using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Tests.Training;

namespace MiniCpmDist.Engine.Tests.Checkpoints;

public sealed class CheckpointWriterTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void Every_byte_of_a_checkpoint_is_the_same_from_worlds_of_1_and_2()
    {
        var alone = TinyRun.Create(data);
        var pair = TinyRun.Create(data);
        alone.Train(1);
        pair.Train(2);

        Assert.Contains("MANIFEST", alone.NewestFiles().Keys);
        Assert.Equal(alone.NewestFiles(), pair.NewestFiles());
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
