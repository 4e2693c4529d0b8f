using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Six steps with a checkpoint after every second one.</summary>
public sealed class DamagedCheckpointTests(TinyData data)
{
    [Fact]
    public void Whatever_file_of_the_newest_checkpoint_is_flipped_cut_or_gone_training_goes_on_from_the_one_before()
    {
        var whole = Trained();
        var expected = whole.NewestFiles();
        var names = expected.Keys.Where(name => name != "MANIFEST").ToArray();
        Assert.Equal(8, names.Length);
        foreach (var (name, damage) in names.SelectMany(name => s_damages, (name, damage) => (name, damage)))
        {
            var run = Trained();
            var path = Path.Combine(run.Folder.NewestCheckpoint!.Path, name);
            damage(path);
            var noted = new Notes();

            run.Train(2, null, noted);

            Assert.Equal(path, Assert.Single(noted.Problems).Where);
            Assert.Contains(run.Journal(), line => line.Contains("checkpoint-passed-over", StringComparison.Ordinal));
            // Steps 5 and 6 again, with the same bits, and the damaged checkpoint is replaced.
            Assert.Equal([1, 2, 3, 4, 5, 6, 5, 6], run.Steps().Select(step => step.Step));
            Assert.Equal(expected, run.NewestFiles());
        }
    }

    [Fact]
    public void A_broken_manifest_is_passed_over_too()
    {
        var run = Trained();
        File.WriteAllText(run.Folder.NewestCheckpoint!.ManifestPath, "{");
        var noted = new Notes();

        run.Train(1, null, noted);

        Assert.EndsWith("MANIFEST", Assert.Single(noted.Problems).Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_run_under_this_ones_folder_is_passed_over()
    {
        var run = Trained();
        var other = TinyRun.Create(data, options => EveryTwo(options) with { Name = "stranger" });
        other.Train();
        Directory.Delete(run.Folder.NewestCheckpoint!.Path, recursive: true);
        Directory.Move(other.Folder.NewestCheckpoint!.Path, Path.Combine(run.Folder.CheckpointsPath, "step-00000006"));
        var noted = new Notes();

        run.Train(1, null, noted);

        Assert.Equal("one of stranger", Assert.Single(noted.Problems).Found);
    }

    [Fact]
    public void When_no_checkpoint_is_whole_nothing_is_trained_and_all_damage_is_told()
    {
        var run = Trained();
        foreach (var checkpoint in run.Folder.Checkpoints)
            File.Delete(Path.Combine(checkpoint.Path, "model.safetensors"));
        var metrics = run.Metrics();

        var refusal = Assert.Throws<ConfigurationException>(() => run.Train());

        Assert.Equal(3, refusal.Problems.Count);
        Assert.Equal(metrics, run.Metrics());
    }

    [Fact]
    public void With_whole_checkpoints_nothing_is_said()
    {
        var run = Trained();
        var noted = new Notes();

        run.Train(1, null, noted);

        Assert.Empty(noted.Problems);
    }

    private static readonly Action<string>[] s_damages =
    [
        path =>
        {
            var bytes = File.ReadAllBytes(path);
            bytes[bytes.Length / 2] ^= 0x10;
            File.WriteAllBytes(path, bytes);
        },
        path => File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]),
        File.Delete,
    ];

    private static RunOptions EveryTwo(RunOptions options) =>
        options with { Checkpoint = new CheckpointOptions { Every = 2 * 96 } };

    private TinyRun Trained()
    {
        var run = TinyRun.Create(data, EveryTwo);
        run.Train();
        Assert.Equal([2, 4, 6], run.SavedSteps());
        return run;
    }

    private sealed class Notes : IStepObserver
    {
        public IReadOnlyList<Problem> Problems { get; private set; } = [];

        public void PassedOver(IReadOnlyList<Problem> problems) => Problems = problems;
    }
}
