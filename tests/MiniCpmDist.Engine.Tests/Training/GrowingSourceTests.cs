using System.Text.Json;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Replay;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Runs of six sequences a step over a source that somebody appends to.</summary>
public sealed class GrowingSourceTests(TinyData data)
{
    private const int Sequences = 6;
    private const int Steps = 20;
    private readonly string _folder = Path.Combine(data.Folder, Path.GetRandomFileName());

    [Fact]
    public void A_part_that_is_taken_up_in_the_first_pass_gives_the_losses_of_a_run_that_always_had_it()
    {
        Build();
        var run = Create();
        run.Train(1, StopAfter(1));
        Append();
        var always = Create(parts: 2);
        always.Train(2);

        Grown(run).Train(4);

        Assert.Equal(TinyRuns.Losses(always), TinyRuns.Losses(run));
        Assert.Equal(Steps, TinyRuns.Losses(run).Count);
        Assert.Contains(run.Journal(), line => line.Contains("\"parts-taken-up\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_part_that_is_taken_up_later_changes_nothing_until_the_pass_ends_and_is_replayed_on_any_ranks()
    {
        var count = Build();
        var (run, never) = (Create(), Create());
        never.Train();
        // In the second pass, whatever the text is cut to.
        var stop = (int)(count / Sequences) + 1;
        var same = (int)(2 * count / Sequences);
        run.Train(2, StopAfter(stop));
        Append();

        Assert.Throws<KilledException>(() => Grown(run).Train(1, null, new Killer(same + 1)));
        Grown(run).Train(4);

        Assert.True(same < Steps && stop < same, $"{count} sequences are too many or too few");
        Assert.Equal(TinyRuns.Losses(never).Take(same), TinyRuns.Losses(run).Take(same));
        Assert.NotEqual(TinyRuns.Losses(never)[same + 1], TinyRuns.Losses(run)[same + 1]);
        Assert.Equal([2 * count], State(run, Steps).Starts);
        Assert.Equal(TinyRuns.Losses(run), TinyRuns.Losses(Replay(run, 1)));
        Assert.Equal(TinyRuns.Losses(run), TinyRuns.Losses(Replay(run, 2)));
    }

    [Fact]
    public void A_run_that_a_source_has_ended_goes_on_with_what_was_appended()
    {
        var count = Build();
        var run = Create(policy: ExhaustionPolicy.Stop);
        Assert.Equal([RunOutcome.Exhausted], run.Train());
        var ended = run.SavedSteps().Last();
        Append();

        Grown(run).Train();

        Assert.Equal(count / Sequences, ended);
        Assert.True(State(run, run.SavedSteps().Last()).Consumed > count);
    }

    [Fact]
    public void A_source_that_had_left_the_mixture_comes_back_with_its_share_and_catches_up_on_nothing()
    {
        var count = Build();
        var run = Create(policy: ExhaustionPolicy.Drop, others: [data.Source("data") with
        {
            StableWeight = SourceOptions.WeightUnit / 2, DecayWeight = SourceOptions.WeightUnit / 2,
        }]);
        var left = (int)(2 * count / Sequences) + 3;
        run.Train(1, StopAfter(left));
        Append();

        Grown(run).Train(1, StopAfter(left + 1, "again"));

        Assert.Equal(count, State(run, left).Consumed);
        Assert.Equal(count + (Sequences / 2), State(run, left + 1).Consumed);
    }

    [Fact]
    public void A_run_that_has_begun_with_a_part_is_not_resumed_without_it_nor_with_another_one()
    {
        Build();
        var run = Create();
        run.Train(1, StopAfter(2));
        Append();
        Grown(run).Train(1, StopAfter(4, "again"));

        var fewer = Assert.Throws<ConfigurationException>(() => run.Train());
        Directory.Delete(FolderParts.PathOf(_folder, 2), recursive: true);
        Append(seed: 5);
        var other = Assert.Throws<ConfigurationException>(() => Grown(run).Train());

        Assert.Contains("write `parts: 2`", fewer.Message, StringComparison.Ordinal);
        Assert.Contains("other data are a source of another name", other.Message, StringComparison.Ordinal);
    }

    private TinyRun Create(
        int parts = 1, ExhaustionPolicy policy = ExhaustionPolicy.Repeat, params SourceOptions[] others) =>
        TinyRun.Create(data, options => options with
        {
            Data = options.Data with
            {
                Sources =
                [
                    new SourceOptions
                    {
                        Name = "growing",
                        Path = _folder,
                        HeldOut = _folder,
                        Parts = parts,
                        WhenExhausted = policy,
                        StableWeight = SourceOptions.WeightUnit / (1 + others.Length),
                        DecayWeight = SourceOptions.WeightUnit / (1 + others.Length),
                    },
                    .. others,
                ],
            },
            Schedule = options.Schedule with { Stable = (Steps - 2) * 96 },
        });

    private static TinyRun Grown(TinyRun run) => run.With(options => options with
    {
        Data = options.Data with
        {
            Sources = [options.Data.Sources[0] with { Parts = 2 }, .. options.Data.Sources.Skip(1)],
        },
    });

    private static ScriptedControl StopAfter(int step, string? prefix = null)
    {
        (long AfterStep, RunCommand Command) stop = (step, new RunCommand.Stop());
        return prefix is null ? new ScriptedControl(stop) : new ScriptedControl(stop) { Prefix = prefix };
    }

    /// <summary>Sequences of the first part.</summary>
    private long Build() => DataBuild.Run(
        new DataBuildOptions([Texts(1, 16)], Path.Combine(data.Folder, "tokenizer.model"), _folder)
        {
            HeldOutFraction = 0.2,
            SequenceLength = TinyData.SequenceLength,
        }).Manifest.Train.Sequences;

    private void Append(int seed = 2) => DataAppend.Run(new DataAppendOptions(_folder, [Texts(seed, 40)]));

    private string Texts(int seed, int count)
    {
        var path = $"{_folder}-{seed}.jsonl";
        File.WriteAllLines(
            path, SomeText.Documents(count, seed).Select(text => JsonSerializer.Serialize(new { text = text[..60] })));
        return path;
    }

    private static SourceState State(TinyRun run, long step) =>
        CheckpointReader.LoadState(RunStart.AtStep(run.Folder, step)).Sources[0];

    private TinyRun Replay(TinyRun run, int worldSize)
    {
        var replay = RunReplay.Of(run.Folder, "again");
        var again = TinyRun.Create(data, _ => replay.Segments[0].Options);
        foreach (var segment in replay.Segments)
            again.With(_ => segment.Options).Train(worldSize, segment.NewControl());
        return again;
    }
}
