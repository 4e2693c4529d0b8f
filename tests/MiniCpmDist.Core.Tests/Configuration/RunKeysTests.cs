using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class RunKeysTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    [Fact]
    public void Every_key_that_a_run_file_can_have_is_in_the_table_and_no_other()
    {
        var written = Variants().SelectMany(options => RunFile.Leaves(RunFile.Write(options)).Keys).ToHashSet();

        Assert.Equal(
            RunKeys.All.Select(key => key.Name).Order(StringComparer.Ordinal),
            written.Select(key => RunKeys.Find(key).Name).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Sections, what makes one of each, and the keys in it that are not in the table of all keys.</summary>
    public static TheoryData<string, string, string[]> Sections => new()
    {
        { "", "", [] },
        { "model", "model.preset=nano", [] },
        { "model.rope_scaling", "model={ preset: nano, rope_scaling: { type: yarn } }", [] },
        { "data", "", ["train", "held_out", "sources"] },
        {
            "data.sources.one", "data.sources={ one: { path: a, parts: 2 }, two: { path: b, stable: 0 } }", ["weight"]
        },
        { "schedule", "", ["recipe"] },
        {
            "schedule.batch_law", "schedule.batch_law={ lr_rule: none }",
            ["a", "b", "smoothing", "hysteresis", "min", "max", "lr_rule", "source"]
        },
        { "optimizer", "", [] },
        { "parallel", "", [] },
        { "checkpoint", "", [] },
        { "checkpoint.keep", "checkpoint.keep={ last: 1 }", [] },
        { "recovery", "", [] },
        { "branches", "branches.every=20 tokens per parameter", [] },
        { "coordinator", "", [] },
        { "telemetry", "", [] },
        { "parent", "parent={ run: a, step: 1 }", [] },
        { "alignment", "alignment={ method: sft, lora_rank: 8 }", [] },
        { "evaluation", "evaluation.tasks=arc-easy", [] },
    };

    [Theory]
    [MemberData(nameof(Sections))]
    public void What_a_section_says_that_it_may_have_is_what_the_table_has_and_each_key_of_it_is_read(
        string section, string setUp, string[] unkept)
    {
        var prefix = section.Length == 0 ? "" : section + ".";
        var said = Faults(setUp, $"{prefix}no_such_key=1").Single(problem => problem.Found == "`no_such_key`").Expected;
        var names = said[(said.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(", ");

        Assert.Equal(
            names.Except(unkept).Order(StringComparer.Ordinal), Kept(prefix).Order(StringComparer.Ordinal));
        foreach (var name in names)
        {
            // No key is a list of lists.
            Assert.Contains(
                Faults(setUp, $"{prefix}{name}=[[x]]"),
                problem => problem.Where == $"--set {prefix}{name}" && !problem.Expected.StartsWith(
                    "a key of", Ordinal));
        }
    }

    [Fact]
    public void Every_key_says_what_it_is_and_what_may_be_written()
    {
        Assert.All(RunKeys.All, key => Assert.False(
            string.IsNullOrWhiteSpace(key.Help) || string.IsNullOrWhiteSpace(key.Expected)
            || key.Help.EndsWith('.') || key.Expected.EndsWith('.'),
            key.Name));
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

    /// <summary>The keys of a section in the table; a section of its own counts with its name.</summary>
    private static IEnumerable<string> Kept(string prefix) => RunKeys.All
        .Select(key => key.Name)
        .Select(name => name.StartsWith("data.sources.*", Ordinal) && prefix.StartsWith("data.sources.", Ordinal)
            ? name.Replace("*", "one", Ordinal)
            : name)
        .Where(name => name.StartsWith(prefix, Ordinal) && !(prefix == "data." && name.Contains('*', Ordinal)))
        .Select(name => name[prefix.Length..].Split('.')[0])
        .Distinct();

    private static IReadOnlyList<Problem> Faults(params string[] overrides)
    {
        var problems = new ProblemCollector();
        RunFile.Read(RunText.Quickstart, RunText.Source, problems, overrides.Where(pair => pair.Length > 0));
        return problems.Problems;
    }

    private static IEnumerable<RunOptions> Variants()
    {
        yield return Parse(RunText.Quickstart);
        yield return Parse(RunText.With("every: 1M tokens", "keep: { last: 3, every: 10 steps }"));
        yield return Parse(RunText.And("parent: { run: ../trunk, step: 400 }"));
        yield return Parse(RunText.And("parent: { run: ../trunk, step: 400, upcycle_moments: new, extends: true }"));
        yield return Parse(RunText.And("init_from: models/some"));
        yield return Parse(RunText.And("alignment: { method: dpo }"));
        yield return Parse(RunText.And("alignment: { method: sft, lora_rank: 8 }"));
        yield return Parse(RunText.And("telemetry: { tensorboard: boards }"));
        yield return Parse(RunText.And("evaluation: { tasks: [arc-easy], flavour: harness }"));
        yield return Parse(RunText.With("model: nano", "model: nano-moe"));
        yield return Parse(RunText.With("model: nano", """
            model:
              preset: nano
              rope_scaling: { type: yarn, factor: 4, original_length: 64, attention_factor: 1.2 }
            """));
        yield return Parse(RunText.With("model: nano", $$"""
            model:
              preset: nano
              rope_scaling:
                type: longrope
                factor: 8
                original_length: 64
                long_factors: [{{string.Join(", ", Enumerable.Range(1, 16))}}]
            """));
        yield return Parse(RunText.With("model: nano", "model: minicpm-v-tiny\ntrainable: [resampler]"));
        yield return Parse(RunText.And("branches: { every: 20 tokens per parameter }"));
        yield return Parse(RunText.With(
            "train: data/quick start",
            "sources: { one: { path: a, parts: 2, decay: 1, stable: 0.5 }, two: { path: b, decay: 0, stable: 0.5 } }"));
    }

    private static RunOptions Parse(string yaml) => RunFile.Parse(yaml, RunText.Source);
}
