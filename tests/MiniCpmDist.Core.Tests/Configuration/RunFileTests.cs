using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class RunFileTests
{
    [Fact]
    public void Lengths_become_tokens_and_what_is_not_said_is_as_published()
    {
        var run = RunFile.Parse(RunText.Quickstart, RunText.Source);

        Assert.Equal(("quickstart", 7UL), (run.Name, run.Seed));
        Assert.Equal(new ModelOptions("nano", ModelPresets.All["nano"]), run.Model);
        Assert.Equal(
            new DataOptions
            {
                Sources = [new SourceOptions { Name = "data", Path = "data/quick start",
                    HeldOut = "data/quick start" }],
                SequenceLength = 256,
                EvaluateEvery = Interval.OfSteps(100), EvaluateSequences = 64,
            },
            run.Data);
        Assert.Equal(
            new ScheduleOptions
            {
                LearningRate = 0.01, Warmup = 20 * 2048, Stable = 430 * 2048, Decay = 50 * 2048, FinalRatio = 0.1,
                TokenBatch = 2048,
            },
            run.Schedule);
        Assert.Equal(
            new OptimizerOptions { Beta1 = 0.9, Beta2 = 0.95, Epsilon = 1e-8, WeightDecay = 0.1, ClipNorm = 1 },
            run.Optimizer);
        Assert.Equal(new ParallelismOptions { Lanes = 4, MicroBatch = 2, ThreadsPerRank = 1 }, run.Parallel);
        Assert.Equal(KernelSet.Fused, run.Kernels);
        Assert.Equal(new CheckpointOptions { Every = 1_000_000 }, run.Checkpoint);
        Assert.Equal(new RecoveryOptions { CompareEvery = Interval.OfSteps(1) }, run.Recovery);
        Assert.Equal(new CoordinatorOptions(CoordinatorOptions.DefaultAddress), run.Coordinator);
        Assert.Null(run.Parent);
    }

    public static TheoryData<string> Files => new()
    {
        RunText.Quickstart,
        RunText.And(
            "name: trunk.2\ncoordinator: { address: http://head:7070 }\ntelemetry: {}\n"
            + "optimizer: { clip_norm: 0, epsilon: 1e-12 }"),
        RunText.And(
            "coordinator: { join: https://head:7070, token_file: secret, certificate_authorities: ca.pem }"),
        RunText.And(
            "coordinator: { address: https://*:7070, http: http://*:7071, certificate: c, key: k, tokens: t }"),
        RunText.And("coordinator: { address: null, insecure: true }"),
        RunText.And(
            "recovery: { skipped_steps: 1, spike: never, spike_window: 32, rollbacks: 0, compare_every: never, "
            + "hang_after: never, retries: 0, retry_after: 1m30s }"),
        RunText.And("recovery: { spike: 6.5, compare_every: 100 steps, hang_after: 90s }"),
        RunText.And("kernels: plain"),
        RunText.And("precision: bfloat16"),
        RunText.And("device: cuda"),
        RunText.With("lanes: 4", "lanes: 4\n  reduction: fast\n  shard_gradients: true"),
        RunText.With("micro_batch: 2", "micro_batch: 2\n  activation_checkpointing: selective"),
        RunText.With("micro_batch: 2", "micro_batch: 2\n  activation_checkpointing: full"),
        RunText.And("branches: { every: 2 tokens per parameter, decay: 12.5%, launch: true, ranks: 2 }"),
        RunText.And("branches: { every: 100 steps, decay: 20 steps }"),
        RunText.And(
            "telemetry: { metrics_port: 9400, metrics_address: '*', peak_flops_per_second: 2.5e12, "
            + "otlp_endpoint: http://collector:4317, traces: true, log: json }"),
        RunText.And("telemetry: { metrics_port: 0, log: text, tensorboard: /tmp/boards }"),
        RunText.And("evaluation: { tasks: [arc-easy, 'my tasks/one.yaml'], every: 100 steps, items: 20 }"),
        RunText.And("evaluation: { tasks: mmlu, data: sets, every: 1M tokens, flavour: harness, most_share: 0.2 }"),
        RunText.And("parent:\n  run: ../runs/the \"big\" trunk\n  step: 400"),
        RunText.With("seed: 7", "seed: 18446744073709551615"),
        RunText.With("model: nano", "model: { preset: 9m, vocab_size: 4096, scale_depth: 1.39999999999999991 }"),
        RunText.With("decay: 10%", "decay: 4M tokens\n  half_life: 100 steps"),
        RunText.With("decay: 10%", "decay: 0 steps\n  decay_shape: 1-sqrt\n  final_ratio: 0"),
        RunText.With("decay: 10%", "decay: 10%\n  shape: cosine"),
        RunText.With("stable: 430 steps", "stable: until told"),
        RunText.With("stable: 430 steps", "stable: until told")
            .Replace("decay: 10%", "decay: 80 steps", StringComparison.Ordinal),
        RunText.With("decay: 10%", "recipe: 1-sqrt"),
        RunText.With("decay: 10%", "recipe: wsd-s\n  final_ratio: 0.05"),
        RunText.With("decay: 10%", """
            decay: 10%
              batch_stages:
                - { from: 100 steps, token_batch: 4096 tokens }
                - { from: 300 steps, token_batch: 8192, lr_rule: sqrt }
            """),
        RunText.With(
            "decay: 10%",
            "batch_law: { a: 1.21e9, smoothing: 1M tokens, max: 65536, source: quick_start, lr_rule: linear }")
            .Replace("data/quick start", "data/quick_start", StringComparison.Ordinal),
        RunText.With("decay: 10%", "batch_law: {}"),
        RunText.With("evaluate_every: 100 steps", "evaluate_every: never\n  held_out: 'true'"),
        RunText.With("every: 1M tokens", "every: null"),
        RunText.With("every: 1M tokens", "every_time: 1d2h30m500ms\n  at_phase_ends: false\n  keep: { last: 1 }"),
        RunText.With("every: 1M tokens", "keep: { last: 5, every: 10%, phase_ends: false }"),
        RunText.With("data/quick start", "\"ünïcode: #path\\twith tab\""),
        RunText.With(
            "model: nano",
            "model: { hidden_size: 64, intermediate_size: 160, num_hidden_layers: 2, num_attention_heads: 4, "
            + "num_key_value_heads: 2, head_dim: 16, vocab_size: 1_000, tie_word_embeddings: false, rope_theta: 1M, "
            + "rms_norm_eps: 1e-6, init_std: 0.02, scale_emb: 1, dim_model_base: 64 }"),
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_written_is_read_as_an_equal_run_and_written_the_same_again(string yaml)
    {
        var run = RunFile.Parse(yaml, RunText.Source);

        var written = RunFile.Write(run);

        Assert.Equal(run, RunFile.Parse(written, "elsewhere/run.yaml"));
        Assert.Equal(written, RunFile.Write(RunFile.Parse(written, "elsewhere/run.yaml")));
    }

    [Fact]
    public void The_canonical_file_names_every_key_and_says_how_many_steps_a_length_is()
    {
        var written = RunFile.Write(RunFile.Parse(RunText.Quickstart, RunText.Source));

        foreach (var key in new[]
        {
            "name", "seed", "preset", "hidden_size", "tie_word_embeddings", "held_out", "evaluate_sequences", "shape",
            "half_life", "final_ratio", "beta1", "clip_norm", "threads_per_rank", "reduction", "shard_gradients",
            "device", "precision", "kernels", "keep", "address", "telemetry",
        })
            Assert.Contains($"{key}:", written, StringComparison.Ordinal);
        Assert.Contains("  warmup: 40960 tokens  # 20 steps\n", written, StringComparison.Ordinal);
        Assert.Contains("  every: 1000000 tokens\n", written, StringComparison.Ordinal);
        Assert.Contains("  epsilon: 1e-8\n", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_with_overrides_is_that_shape()
    {
        var run = RunFile.Parse(
            RunText.With("model: nano", "model: { preset: minicpm-1.2b, vocab_size: 32_000 }"), RunText.Source);

        Assert.Equal(ModelPresets.All["minicpm-1.2b"] with { VocabularySize = 32_000 }, run.Model.Shape);
    }

    [Fact]
    public void Percentages_are_of_the_whole_run_and_become_whole_steps()
    {
        var yaml = RunText.With("warmup: 20 steps", "warmup: 5%")
            .Replace("every: 1M tokens", "every: 1%", StringComparison.Ordinal);

        var run = RunFile.Parse(yaml, RunText.Source);

        // 430 steps are 85% of 505.9.
        long?[] lengths = [run.Schedule.Warmup, run.Schedule.Stable, run.Schedule.Decay, run.Checkpoint.Every?.Count];
        Assert.Equal([25, 430, 51, 5], lengths.Select(length => length / 2048));
        Assert.Equal(0, run.Schedule.Warmup % 2048);
    }

    [Fact]
    public void Quoted_null_is_text_and_plain_null_is_nothing()
    {
        var run = RunFile.Parse(
            RunText.With("train: data/quick start", "train: 'null'\n  held_out: null"), RunText.Source);

        Assert.Equal(("null", "null"), (run.Data.Sources[0].Path, run.Data.Sources[0].HeldOut));
        Assert.Contains("path: \"null\"", RunFile.Write(run), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_says_what_its_keys_are_where_the_file_does_not()
    {
        var recipe = RunFile.Parse(RunText.With("decay: 10%", "recipe: 1-sqrt"), RunText.Source).Schedule;
        var changed = RunFile.Parse(
            RunText.With("decay: 10%", "recipe: 1-sqrt\n  decay: 50 steps\n  final_ratio: 0.1"),
            RunText.Source).Schedule;

        // 450 steps are 80% of 562.5.
        Assert.Equal((DecayShape.OneMinusSqrt, 0.0), (recipe.DecayShape, recipe.FinalRatio));
        Assert.InRange(recipe.Decay / 2048, 112, 113);
        Assert.Equal(
            (DecayShape.OneMinusSqrt, 50 * 2048L, 0.1), (changed.DecayShape, changed.Decay, changed.FinalRatio));
    }

    [Fact]
    public void A_stable_phase_until_told_keeps_its_decay_as_it_was_written_and_saves_every_500_steps()
    {
        var run = RunFile.Parse(
            RunText.With("stable: 430 steps", "stable: until told")
                .Replace("every: 1M tokens", "keep: all", StringComparison.Ordinal),
            RunText.Source);

        Assert.True(run.Schedule.StableIsOpen);
        Assert.Equal((0L, Extent.OfPercent(10)), (run.Schedule.Decay, run.Schedule.OpenDecay));
        Assert.Equal(Interval.OfSteps(500), run.Checkpoint.Every);
    }

    [Theory]
    [InlineData("warmup: 20 steps", "warmup: 1%", "schedule.warmup")]
    [InlineData("evaluate_every: 100 steps", "evaluate_every: 5%", "data.evaluate_every")]
    [InlineData("learning_rate: 0.01", "shape: cosine", "schedule.stable")]
    [InlineData("learning_rate: 0.01", "batch_stages: [{ from: 10%, token_batch: 4096 }]", "batch_stages[0].from")]
    public void Without_an_end_there_are_no_percentages_and_no_cosine(string old, string replacement, string key)
    {
        var error = Assert.Throws<ConfigurationException>(() => RunFile.Parse(
            RunText.With(old, replacement).Replace("stable: 430 steps", "stable: until told", StringComparison.Ordinal),
            RunText.Source));

        Assert.Contains(key, Assert.Single(error.Problems).Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batch_stages: [{ from: 100 steps, token_batch: 1000 }]", "multiple of one micro-batch, 512 tokens")]
    [InlineData("batch_stages: [{ token_batch: 1024 }]", "a length above zero")]
    [InlineData(
        "batch_stages: [{ from: 9 steps, token_batch: 1024 }, { from: 9 steps, token_batch: 512 }]", "in order")]
    [InlineData("batch_stages: [{ from: 480 steps, token_batch: 1024, lr_rule: sqrt }]", "an lr_rule before the decay")]
    [InlineData("batch_stages: 7", "a list of mappings")]
    [InlineData("batch_law: { min: 4096, max: 2048 }", "no less than `min`")]
    [InlineData("batch_law: { source: news }", "one of the run's sources")]
    [InlineData("batch_law: { aa: 3 }", "did you mean `a`")]
    public void A_batch_plan_that_cannot_be_is_told_with_what_to_write(string plan, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => RunFile.Parse(
            RunText.With("decay: 10%", $"decay: 10%\n  {plan}"), RunText.Source));

        Assert.Contains(expected, Assert.Single(error.Problems).ToString(), StringComparison.Ordinal);
    }
}
