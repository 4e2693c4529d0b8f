using System.CommandLine;
using System.Text.Json;
using MiniCpmDist.Cli.Commands;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Tests;

public sealed class PlanCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PlanCommandTests() => File.WriteAllText(_folder["run.yaml"], """
        name: paper
        model: 9m
        data: { train: nowhere/to/be/found, sequence_length: 1024 }
        schedule: { learning_rate: 0.01, warmup: 10 steps, stable: 90 steps, decay: 20 steps, token_batch: 131072 }
        parallel: { lanes: 8, micro_batch: 4 }
        """);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_file_is_enough_and_every_kind_of_memory_is_told()
    {
        var text = Plan("--memory-per-rank", "80GB", "--peak", "60e9", "--mfu", "0.5");

        Assert.Contains("paper on 1 rank", text, StringComparison.Ordinal);
        Assert.Contains("120 steps of 131,072 tokens, 15,728,640 tokens in all", text, StringComparison.Ordinal);
        Assert.Contains("tokens a second at 50% of 60.0 GFLOP a second", text, StringComparison.Ordinal);
        Assert.Contains("it fits", text, StringComparison.Ordinal);
        foreach (var kind in new[]
        {
            "parameters", "gradients", "moments", "staging", "sums of lanes", "enters blocks", "by attention",
            "by feed-forward", "way back", "logits", "program",
        })
            Assert.Contains(kind, text, StringComparison.Ordinal);
        Assert.DoesNotContain("change", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_and_operations_are_told_for_other_lengths_with_as_many_tokens_at_once_or_one_sequence()
    {
        var text = Plan("--memory-per-rank", "80GB", "--lengths", "2048,16384");

        // The run has micro-batches of 4 x 1024.
        Assert.Matches(@"\n +2048 +2 +", text);
        Assert.Matches(@"\n +16384 +1 +", text);
        using var json = JsonDocument.Parse(Plan("--lengths", "1024,16384", "--json"));
        var lengths = json.RootElement.GetProperty("lengths").EnumerateArray().ToArray();
        Assert.Equal(
            json.RootElement.GetProperty("memory").GetProperty("total").GetInt64(),
            lengths[0].GetProperty("memory").GetInt64());
        // 8 layers of 5 heads of 64, keys and values, four bytes each.
        Assert.Equal(8 * 5 * 64 * 2 * 4 * 16384L, lengths[1].GetProperty("cache_bytes").GetInt64());
        Assert.Equal(
            12.0 * 8 * 5 * 64 * (16384 - 1024),
            lengths[1].GetProperty("flops_per_token").GetDouble()
                - lengths[0].GetProperty("flops_per_token").GetDouble());
        Assert.Equal(
            "--lengths",
            Assert.Single(Assert.Throws<ConfigurationException>(() => Plan("--lengths", "far")).Problems).Where);
    }

    [Fact]
    public void Without_a_peak_it_says_what_to_type_and_the_file_may_name_one_of_all_ranks()
    {
        Assert.Contains("--peak 989e12", Plan(), StringComparison.Ordinal);
        Assert.Contains(
            "of 8.0 TFLOP a second", Plan("--ranks", "4", "--set", "telemetry.peak_flops_per_second=8e12"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_are_those_that_the_order_of_sums_and_sharded_gradients_allow()
    {
        Assert.Contains(
            "on 3 ranks", Plan("--ranks", "3", "--set", "parallel.reduction=fast"), StringComparison.Ordinal);
        Assert.Contains("on 8 ranks", Plan("--set", "parallel.shard_gradients=true"), StringComparison.Ordinal);
        var problems = Assert.Throws<ConfigurationException>(
            () => Plan("--ranks", "4", "--set", "parallel.shard_gradients=true")).Problems;
        Assert.Equal("--ranks", Assert.Single(problems).Where);
    }

    [Fact]
    public void Lanes_that_no_tree_has_are_one_problem_of_the_file()
    {
        var problems = Assert.Throws<ConfigurationException>(() => Plan("--set", "parallel.lanes=7")).Problems;

        Assert.Contains("parallel.lanes", Assert.Single(problems).Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_it_does_not_fit_it_says_what_each_change_saves_and_which_are_enough()
    {
        var plan = Json("--memory-per-rank", "1.5GB");

        Assert.False(plan.GetProperty("fits").GetBoolean());
        var saves = plan.GetProperty("remedies").EnumerateArray()
            .Select(entry => entry.GetProperty("saves").GetInt64());
        Assert.Equal(saves.OrderDescending(), saves);
        Assert.InRange(plan.GetProperty("first_that_fits").GetProperty("total").GetInt64(), 1, 1_500_000_000);
        Assert.Contains("    8 ranks   ", Plan("--memory-per-rank", "1.5GB"), StringComparison.Ordinal);
        Assert.Contains("not even with all of them", Plan("--memory-per-rank", "100MB"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_kinds_of_memory_add_up_to_the_total()
    {
        var memory = Json().GetProperty("memory");
        var kinds = memory.EnumerateObject()
            .Where(kind => kind.Value.ValueKind == JsonValueKind.Number)
            .Where(kind => kind.Name is not ("total" or "activations" or "on_host"));

        Assert.Equal(memory.GetProperty("total").GetInt64(), kinds.Sum(kind => kind.Value.GetInt64()));
    }

    [Fact]
    public void Memory_of_a_device_holds_neither_the_program_nor_what_a_checkpoint_is_written_from()
    {
        string[] onDevice = ["--set", "device=cuda", "--set", "kernels=plain"];

        var text = Plan([.. onDevice, "--memory-per-rank", "80GB"]);
        var problems = Assert.Throws<ConfigurationException>(() => Plan(onDevice)).Problems;

        var (device, host) = (text[..text.IndexOf("and of the host", StringComparison.Ordinal)], text);
        Assert.DoesNotContain("checkpoint staging", device, StringComparison.Ordinal);
        Assert.Contains("checkpoint staging", host, StringComparison.Ordinal);
        Assert.Equal("--memory-per-rank", Assert.Single(problems).Where);
    }

    [Fact]
    public void A_cluster_is_planned_from_the_speed_of_one_device_however_it_is_told()
    {
        var tokens = Cluster("--device-tokens-per-second", "10K");

        Assert.Equal([8, 16, 32, 64, 128, 256, 512, 1024], tokens.Select(step => step.GetProperty("ranks").GetInt32()));
        Assert.Equal(Speeds(tokens), Speeds(Cluster("--step-seconds", "13.1072s")));
        var flops = Json().GetProperty("flops_per_token").GetDouble();
        var planned = Speeds(Cluster("--peak", $"{flops * 20_000:R}", "--mfu", "0.5"));
        Assert.Equal(Speeds(tokens)[0], planned[0], 1e-9 * planned[0]);
        Assert.Single(Cluster("--step-seconds", "1", "--gpus", "2", "--no-overlap"));

        static double[] Speeds(IEnumerable<JsonElement> steps) =>
            [.. steps.Select(step => Math.Round(step.GetProperty("tokens_per_second").GetDouble(), 6))];
    }

    [Fact]
    public void The_table_says_what_stands_in_the_way_of_more_devices()
    {
        var text = Plan("--cluster", "--device-tokens-per-second", "10K");

        Assert.Contains("Of more than 32 devices some have nothing to do", text, StringComparison.Ordinal);
        Assert.Contains("With its 8 lanes the run cannot have 16, 32", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_option_is_told_at_once_with_what_is_wrong_in_the_file()
    {
        var problems = Assert.Throws<ConfigurationException>(() => Plan(
            "--ranks", "3", "--mfu", "2", "--peak", "fast", "--memory-per-rank", "5M", "--cluster", "--gpus", "8", "7",
            "--gpus-per-host", "0", "--nvlink", "450GB", "--network", "-1GB/s", "--latency", "soon",
            "--step-seconds", "1", "--device-tokens-per-second", "1", "--set", "parallel.micro_batch=0")).Problems;

        Assert.Equal(
            [
                "--gpus", "--gpus-per-host", "--latency", "--memory-per-rank", "--mfu", "--network", "--nvlink",
                "--peak", "--ranks", "--set", "--step-seconds",
            ],
            problems.Select(problem => problem.Where.Split(' ', ':')[0]).Order(StringComparer.Ordinal));
        Assert.All(problems, problem => Assert.NotEmpty(problem.Fix));
    }

    [Fact]
    public void A_cluster_without_a_measured_device_and_cluster_options_without_a_cluster_are_problems()
    {
        Assert.Equal("--cluster", Problem("--cluster").Where);
        Assert.Contains("--device-tokens-per-second", Problem("--cluster").Fix, StringComparison.Ordinal);
        Assert.Equal("--network", Problem("--network", "50GB/s").Where);

        Problem Problem(params string[] arguments) =>
            Assert.Single(Assert.Throws<ConfigurationException>(() => Plan(arguments)).Problems);
    }

    private JsonElement[] Cluster(params string[] arguments) =>
    [
        .. Json(["--cluster", .. arguments]).GetProperty("cluster").EnumerateArray()
            .Select(entry => entry.GetProperty("lanes")),
    ];

    private JsonElement Json(params string[] arguments) =>
        JsonDocument.Parse(Plan([.. arguments, "--json"])).RootElement;

    private string Plan(params string[] arguments)
    {
        using var output = new StringWriter();
        var configuration = new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false };
        Assert.Equal(
            0, CommandLine.Create().Parse(["plan", _folder["run.yaml"], .. arguments]).Invoke(configuration));
        return output.ToString();
    }
}
