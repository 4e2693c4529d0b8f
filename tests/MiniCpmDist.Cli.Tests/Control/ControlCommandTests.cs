using MiniCpmDist.Cli.Commands;
using MiniCpmDist.Coordinator;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Cli.Tests.Control;

/// <summary><c>minicpm ctl</c> against a coordinator in this process; the test plays the training loop.</summary>
[Collection(nameof(Console))]
public sealed class ControlCommandTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly EmbeddedCoordinator _coordinator;

    public ControlCommandTests()
    {
        _coordinator = EmbeddedCoordinator.Start(new CoordinatorOptions(), "trunk", _folder.Path);
        _coordinator.Control.Observe(new RunStatus(
            "trunk", 100, 480, 100 * 2048, 3.5, 0.02, 2048, PhaseKind.Stable, 1000, 2, 0)
        {
            Schedule = new LiveSchedule(
                new ScheduleOptions
                {
                    LearningRate = 0.02,
                    Warmup = 10 * 2048,
                    Stable = 390 * 2048,
                    Decay = 80 * 2048,
                    TokenBatch = 2048,
                },
                512,
                [new SourceShare("docs", 700_000_000), new SourceShare("code", 300_000_000)],
                [new SourceShare("docs", 500_000_000), new SourceShare("code", 500_000_000)]),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _coordinator.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void A_dry_run_shows_before_and_after_and_changes_nothing()
    {
        var text = Run("begin-decay", "--length", "50 steps", "--shape", "linear", "--dry-run", "--svg",
            _folder["after.svg"]);

        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.Contains("Nothing has been changed", text, StringComparison.Ordinal);
        Assert.Matches(@"run ends at +\S+ +\S+ +<", text);
        Assert.Matches(@"steps from here +380 +50 +<", text);
        Assert.Matches(@"learning rate +0\.02 +0\.02\r?\n", text);
        Assert.Contains(text, letter => letter is > '\u2800' and <= '\u28FF');
        Assert.StartsWith("<svg", File.ReadAllText(_folder["after.svg"]), StringComparison.Ordinal);
        Assert.Null(_coordinator.Control.Take());
    }

    [Theory]
    [InlineData("set-lr 0.01", "learning rate +0\\.02 +0\\.01 +<")]
    [InlineData("set-batch 4096 --lr-rule linear", "token batch +\\S+ +\\S+ +<")]
    [InlineData("set-mixture docs=20% code=0.8", "mixture +docs 70%, code 30% +docs 20%, code 80% +<")]
    [InlineData("extend-stable", "stable phase ends at +\\S+ +until told +<")]
    public void Every_command_about_the_schedule_has_a_dry_run(string command, string expected)
    {
        Assert.Matches(expected, Run([.. command.Split(' '), "--dry-run"]));
        Assert.Contains("\"after\":{", Run([.. command.Split(' '), "--dry-run", "--json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_not_be_accepted_is_refused_in_a_dry_run_too()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Run("set-batch", "1000", "--dry-run"));

        Assert.Contains("give 512 or 1024", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_without_waiting_names_its_request()
    {
        _coordinator.Control.Take();
        while (!File.Exists(_folder["coordinator.json"]))
            await Task.Delay(5, TestContext.Current.CancellationToken);

        var text = RunAt(_folder.Path, "set-mixture", "docs=1", "--phase", "decay", "--no-wait", "--request-id",
            "only-docs");

        Assert.Contains("--request-id only-docs", text, StringComparison.Ordinal);
        Assert.Equal(
            new RunCommand.SetMixture(PhaseKind.Decay, [new SourceShare("docs", 1_000_000_000)]),
            _coordinator.Control.Take()?.Command);
        Assert.Contains("1 request(s) wait", RunAt(_folder.Path, "status"), StringComparison.Ordinal);
    }

    private string Run(params string[] words) => RunAt(null, [.. words, "--address", _coordinator.BoundAddress]);

    private static string RunAt(string? folder, params string[] words)
    {
        var before = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            string[] line = folder is null ? ["ctl", .. words] : ["ctl", .. words, folder];
            CommandLine.Create().Parse(line).Invoke(CommandLine.Invocation);
            return output.ToString();
        }
        finally
        {
            Console.SetOut(before);
        }
    }
}
