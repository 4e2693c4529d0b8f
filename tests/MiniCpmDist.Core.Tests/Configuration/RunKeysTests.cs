using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class RunKeysTests
{
    [Fact]
    public void Every_key_that_a_run_file_can_have_is_in_the_table_and_no_other()
    {
        var written = Variants().SelectMany(options => RunFile.Leaves(RunFile.Write(options)).Keys).ToHashSet();

        Assert.Equal(
            RunKeys.All.Select(key => key.Name).Order(StringComparer.Ordinal),
            written.Select(key => RunKeys.Find(key).Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_fixed_key_is_held_by_checkpoints_and_one_that_may_change_is_not()
    {
        // The name is held by the manifest, so that a branch may have one of its own.
        Assert.Equal(
            RunKeys.All.Where(key => key.IsFixed).Select(key => key.Name).Except(["name"]),
            FixedKeys.Of(Parse(RunText.Quickstart)).Select(entry => entry.Key));
    }

    [Fact]
    public void Changes_are_told_with_what_was_and_what_is_also_where_a_key_came_or_went()
    {
        var before = RunFile.Write(Parse(RunText.Quickstart));
        var after = RunFile.Write(Parse(RunText.With("learning_rate: 0.01", "learning_rate: 0.02")) with
        {
            Checkpoint = new CheckpointOptions { Every = 1_000_000, Keep = new RetentionRule { Last = 1 } },
        });

        Assert.Equal(
            [
                "schedule.learning_rate: 0.01 before, 0.02 now", "checkpoint.keep.last: nothing before, 1 now",
                "checkpoint.keep.every: nothing before, never now",
                "checkpoint.keep.phase_ends: nothing before, true now",
                "checkpoint.keep: all before, nothing now",
            ],
            ConfigurationChange.Between(before, after).Select(change => change.ToString()));
        Assert.Empty(ConfigurationChange.Between(before, before));
    }

    private static IEnumerable<RunOptions> Variants()
    {
        yield return Parse(RunText.Quickstart);
        yield return Parse(RunText.With("every: 1M tokens", "keep: { last: 3, every: 10 steps }"));
        yield return Parse(RunText.And("parent: { run: ../trunk, step: 400 }"));
        yield return Parse(RunText.And("init_from: models/some"));
        yield return Parse(RunText.And("branches: { every: 20 tokens per parameter }"));
        yield return Parse(RunText.With(
            "train: data/quick start",
            "sources: { one: { path: a, stable: 0.5, decay: 1 }, two: { path: b, stable: 0.5, decay: 0 } }"));
    }

    private static RunOptions Parse(string yaml) => RunFile.Parse(yaml, RunText.Source);
}
