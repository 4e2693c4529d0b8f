using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.ModelShape;
using ParallelOptions = MiniCpmDist.Core.Configuration.ParallelOptions;

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
                EvaluateEvery = 100 * 2048, EvaluateSequences = 64,
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
        Assert.Equal(new ParallelOptions { Lanes = 4, MicroBatch = 2, ThreadsPerRank = 1 }, run.Parallel);
        Assert.Equal(new CheckpointOptions { Every = 1_000_000, Keep = "all" }, run.Checkpoint);
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
        RunText.And("parent:\n  run: ../runs/the \"big\" trunk\n  step: 400"),
        RunText.With("seed: 7", "seed: 18446744073709551615"),
        RunText.With("model: nano", "model: { preset: 9m, vocab_size: 4096, scale_depth: 1.39999999999999991 }"),
        RunText.With("decay: 10%", "decay: 4M tokens\n  half_life: 100 steps"),
        RunText.With("decay: 10%", "decay: 0 steps\n  decay_shape: 1-sqrt\n  final_ratio: 0"),
        RunText.With("decay: 10%", "decay: 10%\n  shape: cosine"),
        RunText.With("evaluate_every: 100 steps", "evaluate_every: never\n  held_out: 'true'"),
        RunText.With("every: 1M tokens", "every: null"),
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
            "half_life", "final_ratio",
            "beta1", "clip_norm", "threads_per_rank", "keep", "address", "telemetry",
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
        long?[] lengths = [run.Schedule.Warmup, run.Schedule.Stable, run.Schedule.Decay, run.Checkpoint.Every];
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
}
