using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class RunFileProblemTests
{
    /// <summary>What is typed instead of what, in which line, and what the problem says.</summary>
    public static TheoryData<string, string, string, string> Slips => new()
    {
        { "seed: 7", "sed: 7", ":1: sed", "did you mean `seed`?" },
        { "learning_rate: 0.01", "learnign_rate: 0.01", ":8: schedule.learnign_rate", "did you mean `learning_rate`?" },
        { "evaluate_every", "evaluateEvery", ":6: data.evaluateEvery", "did you mean `evaluate_every`?" },
        { "lanes: 4", "optimizer_of_the_universe: 4", ":14: parallel.optimizer_of_the_universe", "remove it" },
        { "seed: 7", "seed: -7", ":1: seed", "a whole number from 0" },
        { "seed: 7", "evaluation: { every: 1 step }", ":1: evaluation.tasks", "write such as `tasks: [arc-easy" },
        { "seed: 7", "evaluation: { tasks: [a, [b]] }", ":1: evaluation.tasks", "names of tasks" },
        { "seed: 7", "evaluation: { tasks: [a, a] }", ":1: evaluation.tasks", "each task once" },
        {
            "seed: 7", "evaluation: { tasks: [a], most_share: 0 }", ":1: evaluation.most_share",
            "a number above 0, up to 1"
        },
        { "seed: 7", "seed: [7]", ":1: seed", "found a list" },
        { "seed: 7", "seed: 18446744073709551616", ":1: seed", "a whole number" },
        { "model: nano", "model: nanno", ":2: model", "write `model: nano`" },
        { "model: nano", "model: [nano]", ":2: model", "found a list" },
        { "model: nano", "", "model", "write `model: nano`" },
        { "model: nano", "model: { preset: nano, head_dim: 33 }", ":2: model.head_dim", "an even number" },
        {
            "model: nano", "model: { preset: nano, num_key_value_heads: 3 }", ":2: model.num_key_value_heads",
            "write `num_key_value_heads: 2`"
        },
        {
            "model: nano", "model: { preset: nano, hiden_size: 3 }", ":2: model.hiden_size",
            "did you mean `hidden_size`?"
        },
        { "model: nano", "model: { preset: nano, scale_emb: 0 }", ":2: model.scale_emb", "a number above zero" },
        {
            "model: nano", "model: { preset: nano, tie_word_embeddings: maybe }", ":2: model.tie_word_embeddings",
            "`true` or `false`"
        },
        { "train: data/quick start", "held_out: x", ":4: data.train", "write `data.train: data/c4`" },
        { "train: data/quick start", "train: ''", ":4: data.train", "found nothing" },
        { "sequence_length: 256", "sequence_length: 0", ":5: data.sequence_length", "a whole number from 1" },
        { "sequence_length: 256", "sequence_length: 256.5", ":5: data.sequence_length", "a whole number from 1" },
        {
            "evaluate_every: 100 steps", "evaluate_every: 100", ":6: data.evaluate_every",
            "write `100 steps` or `100 tokens`"
        },
        { "evaluate_every: 100 steps", "evaluate_every: 0 steps", ":6: data.evaluate_every", "evaluate_every: never" },
        { "learning_rate: 0.01", "learning_rate: 0", ":8: schedule.learning_rate", "a number above zero" },
        { "learning_rate: 0.01", "learning_rate: fast", ":8: schedule.learning_rate", "found `fast`" },
        { "warmup: 20 steps", "warmup: {}", ":9: schedule.warmup", "found a mapping" },
        { "stable: 430 steps", "stable: 9000B steps", ":10: schedule.stable", "fewer than 9007199254740992 tokens" },
        { "decay: 10%", "decay: 99.9999999999999%", ":10: schedule.stable", "fewer than 9007199254740992 tokens" },
        { "decay: 10%", "decay: 100%", ":11: schedule.decay", "below 100%" },
        { "decay: 10%", "decay: 10%\n  final_ratio: 0", ":12: schedule.final_ratio", "decay_shape: linear" },
        { "decay: 10%", "decay: 10%\n  final_ratio: 1.5", ":12: schedule.final_ratio", "from 0 to 1" },
        { "decay: 10%", "decay: 10%\n  decay_shape: sqrt", ":12: schedule.decay_shape", "write `decay_shape: 1-sqrt`" },
        { "decay: 10%", "decay: 10%\n  half_life: 0 steps", ":12: schedule.half_life", "a length above zero" },
        {
            "decay: 10%", "decay: 10%\n  half_life: 5 steps\n  decay_shape: linear", ":12: schedule.half_life",
            "remove it"
        },
        {
            "token_batch: 2048 tokens", "token_batch: 2000 tokens", ":12: schedule.token_batch",
            "write `token_batch: 1536 tokens` or `token_batch: 2048 tokens`"
        },
        {
            "token_batch: 2048 tokens", "token_batch: 100", ":12: schedule.token_batch",
            "write `token_batch: 512 tokens`"
        },
        { "token_batch: 2048 tokens", "token_batch: 4 steps", ":12: schedule.token_batch", "a whole number of tokens" },
        { "token_batch: 2048 tokens", "", "schedule.token_batch", "write `schedule.token_batch: 4096 tokens`" },
        { "lanes: 4", "lanes: 7", ":14: parallel.lanes", "write `lanes: 6`" },
        { "lanes: 4", "lanes: 0", ":14: parallel.lanes", "a whole number from 1" },
        { "lanes: 4", "lanes: 1000000000", ":14: parallel.lanes", "a whole number from 1 to 65536" },
        { "micro_batch: 2", "micro_batch: 0", ":15: parallel.micro_batch", "a whole number from 1" },
        { "micro_batch: 2", "threads_per_rank: 0", ":15: parallel.threads_per_rank", "a whole number from 1" },
        { "seed: 7", "kernels: fast", ":1: kernels", "write `kernels: fused`" },
        { "seed: 7", "precision: float16", ":1: precision", "write `precision: bfloat16`" },
        { "seed: 7", "precision: bfloat16\nkernels: fused", ":2: kernels", "write `kernels: plain`, or nothing" },
        { "seed: 7", "device: gpu", ":1: device", "write `device: cpu`" },
        { "seed: 7", "device: cuda\nkernels: fused", ":2: kernels", "write `kernels: plain`, or nothing" },
        { "lanes: 4", "reduction: quick", ":14: parallel.reduction", "write `reduction: lanes`" },
        { "every: 1M tokens", "keep: 3", ":17: checkpoint.keep", "write `keep: all`" },
        { "every: 1M tokens", "keep: { last: 0 }", ":17: checkpoint.keep.last", "a whole number from 1" },
        { "every: 1M tokens", "keep: { first: 2 }", ":17: checkpoint.keep.first", "remove it" },
        { "every: 1M tokens", "every_time: 30", ":17: checkpoint.every_time", "such as `every_time: 30m`" },
    };

    [Theory]
    [MemberData(nameof(Slips))]
    public void A_slip_is_one_problem_with_its_line_and_its_remedy(
        string right, string wrong, string where, string says)
    {
        var problem = Assert.Single(Faults(RunText.With(right, wrong)));

        Assert.StartsWith(RunText.Source, problem.Where, StringComparison.Ordinal);
        Assert.EndsWith(where, problem.Where, StringComparison.Ordinal);
        Assert.Contains(says, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("optimizer: { beta1: 1 }", "optimizer.beta1", "below 1")]
    [InlineData("optimizer: { epsilon: 0 }", "optimizer.epsilon", "above zero")]
    [InlineData("optimizer: { weight_decay: -0.1 }", "optimizer.weight_decay", "a number from 0")]
    [InlineData("optimizer: { clip_norm: none }", "optimizer.clip_norm", "a number from 0")]
    [InlineData("optimizer: adam", "optimizer", "a mapping of keys")]
    [InlineData("coordinator: { address: head-node:7070 }", "coordinator.address", "http://")]
    [InlineData("coordinator: { address: http://a:1, join: http://b:1 }", "coordinator.join", "remove `address`")]
    [InlineData("coordinator: { certificate: c.pem }", "coordinator.certificate", "give both PEM files")]
    [InlineData("recovery: { skipped_steps: 0 }", "recovery.skipped_steps", "a whole number from 1")]
    [InlineData("recovery: { spike: 0 }", "recovery.spike", "or `never`")]
    [InlineData("recovery: { spike_window: 31 }", "recovery.spike_window", "a whole number from 32")]
    [InlineData("recovery: { compare_every: 0 steps }", "recovery.compare_every", "compare_every: never")]
    [InlineData("recovery: { hang_after: 10 }", "recovery.hang_after", "write such as `hang_after: 10m`")]
    [InlineData("recovery: { rollback: 3 }", "recovery.rollback", "did you mean `rollbacks`?")]
    [InlineData("telemetry: { port: 9090 }", "telemetry.port", "a key of telemetry")]
    [InlineData("telemetry: { metrics_port: 70000 }", "telemetry.metrics_port", "a port from 0 to 65535")]
    [InlineData("telemetry: { peak_flops_per_second: 0 }", "telemetry.peak_flops_per_second", "above zero")]
    [InlineData("telemetry: { otlp_endpoint: collector }", "telemetry.otlp_endpoint", "http://")]
    [InlineData("telemetry: { traces: true }", "telemetry.traces", "an `otlp_endpoint`")]
    [InlineData("telemetry: { log: yaml }", "telemetry.log", "`json`")]
    [InlineData("parent: { run: runs/trunk }", "parent.step", "write such as `parent.step: 400`")]
    [InlineData("parent: { step: 400 }", "parent.run", "the folder of the run")]
    [InlineData("parent: { run: runs/trunk, step: 0 }", "parent.step", "a whole number from 1")]
    [InlineData("name: ../escape", "name", "letters, digits")]
    [InlineData("name: a/b", "name", "letters, digits")]
    public void So_is_one_in_an_optional_section(string section, string where, string says)
    {
        var problem = Assert.Single(Faults(RunText.And(section)));

        Assert.EndsWith(":18: " + where, problem.Where, StringComparison.Ordinal);
        Assert.Contains(says, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_hidden_layers: 1000000", "model.num_hidden_layers", "1 to 1024")]
    [InlineData("hidden_size: 1000000000", "model.hidden_size", "1 to 131072")]
    [InlineData("vocab_size: 2000000000", "model.vocab_size", "1 to 16777216")]
    [InlineData("hidden_size: 131072, num_hidden_layers: 1024", "model.hidden_size", "100,000,000,000 parameters")]
    public void Dimensions_that_no_machine_could_hold_are_refused_before_anything_is_counted(
        string dimensions, string where, string says)
    {
        var problem = Assert.Single(Faults(RunText.With("model: nano", $"model: {{ preset: nano, {dimensions} }}")));

        Assert.EndsWith(": " + where, problem.Where, StringComparison.Ordinal);
        Assert.Contains(says, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_lies_65_levels_deep_is_refused_with_its_line_and_64_levels_are_only_wrong()
    {
        string Nested(int levels) => "model: nano\ndata: " + new string('[', levels) + new string(']', levels);

        // The mapping of the file is the first level.
        var deep = Assert.Single(Faults(Nested(64)));
        var shallow = Faults(Nested(63));

        Assert.EndsWith(":2", deep.Where, StringComparison.Ordinal);
        Assert.Contains("more than 64 levels deep", deep.Found, StringComparison.Ordinal);
        Assert.DoesNotContain(shallow, problem => problem.Found.Contains("levels", StringComparison.Ordinal));
    }

    [Fact]
    public void A_megabyte_of_text_is_no_configuration() =>
        Assert.Contains(
            "1,048,576 characters at most",
            Assert.Single(Faults("# " + new string('x', 1 << 20))).Expected, StringComparison.Ordinal);

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var yaml = """
            modle: nano
            data: { trian: x, evaluate_sequences: none }
            schedule: { stable: 500, token_batch: 1000, lerning_rate: 1 }
            parallel: { lanes: 9 }
            """;

        var told = Faults(yaml).Select(problem => problem.Where[(RunText.Source.Length + 1)..]).ToArray();

        Assert.Equal(
            [
                "1: modle", "2: data.evaluate_sequences", "2: data.train", "2: data.trian", "3: schedule.lerning_rate",
                "3: schedule.stable",
                "3: schedule.token_batch", "4: parallel.lanes", "1: model",
            ],
            told.OrderBy(where => where == "1: model").ThenBy(where => where, StringComparer.Ordinal));
    }

    [Fact]
    public void The_message_has_a_line_for_every_problem()
    {
        var error = Assert.Throws<ConfigurationException>(
            () => RunFile.Parse(RunText.With("seed: 7", "sed: 7") + "\nnam: x", RunText.Source));

        Assert.Equal(2, error.Message.Split(Environment.NewLine).Length);
        Assert.StartsWith(
            "recipes/quickstart.yaml:1: sed: expected a key of a run", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("nano", "`nano`")]
    [InlineData("- a\n- b", "a list")]
    [InlineData("a: 1\n---\nb: 2", "2 documents")]
    public void What_is_no_mapping_is_one_problem(string yaml, string found) =>
        Assert.Equal(found, Assert.Single(Faults(yaml)).Found);

    [Theory]
    [InlineData("model: nano\ndata: [a, b", ":2")]
    [InlineData("model: nano\nmodel: 9m", ":2")]
    [InlineData("model: nano\n  data: x", ":2")]
    [InlineData("model: nano\ndata: }", ":2")]
    [InlineData("model: nano\nname: 'x\nseed: 1", ":2")]
    public void Broken_yaml_is_told_with_its_line(string yaml, string where) =>
        Assert.EndsWith(where, Assert.Single(Faults(yaml)).Where, StringComparison.Ordinal);

    [Theory]
    [InlineData("model: nano\nschedule: { warmup: 10 steps\ndata: 3\n", ":2")]
    [InlineData("...\n{", ":1")]
    [InlineData("? : ", ":1")]
    [InlineData("? [\n|\n", ":1")]
    [InlineData("seed: 7\nmodel: !<>\n", ":2")]
    public void Yaml_that_the_parser_itself_stumbles_over_is_told_with_the_line_that_it_came_to(
        string yaml, string where) =>
        Assert.Equal(RunText.Source + where, Assert.Single(Faults(yaml)).Where);

    private static IReadOnlyList<Problem> Faults(string yaml) =>
        Assert.Throws<ConfigurationException>(() => RunFile.Parse(yaml, RunText.Source)).Problems;
}
