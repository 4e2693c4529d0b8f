using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.Tests.WindTunnel;

public sealed class AblationTests : IDisposable
{
    private const string Recipe =
        "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
        + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
        + "parallel: { lanes: 1, micro_batch: 2 }";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _said = new();
    private readonly List<string> _calls = [];
    private readonly AblationOptions _options;
    private int _failsAfter = int.MaxValue;
    private bool _isAskedOneTask;

    public AblationTests() => _options = AblationFile.Parse(
        $"trunk: {_folder["runs/base"]}\ndecay: 10%\nmixture: decay.yaml\nsft: chat.jsonl\nset: [optimizer.beta1=0.8]\n"
        + "tasks: [arc-easy, gsm8k]",
        "ablation.yaml");

    public void Dispose()
    {
        _folder.Dispose();
        _said.Dispose();
    }

    [Fact]
    public void Both_decays_come_first_and_each_is_tuned_for_both_lengths_with_every_seed_and_then_asked()
    {
        Assert.Equal(0, Run());
        Assert.Equal(
            [
                "branch runs/base --at latest --decay 10% --name x-plain", "resume runs/x-plain",
                "branch runs/base --at latest --decay 10% --name x-mixed --mixture decay.yaml", "resume runs/x-mixed",
            ],
            _calls.Take(4));
        Assert.Equal(8, _calls.Count(call => call.StartsWith("sft ")));
        Assert.Contains(
            "sft runs/x-mixed --data chat.jsonl --name x-mixed-sft-2-seed-2 --epochs 2 --set seed=2 --set "
            + "optimizer.beta1=0.8",
            _calls);
        Assert.Equal(8, _calls.Count(call => call.StartsWith("eval ")));
    }

    [Fact]
    public void An_ablation_that_failed_goes_on_and_trains_nothing_twice()
    {
        _failsAfter = 7;
        Assert.Equal(1, Run());
        var trained = _calls.Count(call => call.StartsWith("resume"));
        _failsAfter = int.MaxValue;
        _calls.Clear();
        Assert.Equal(0, Run());
        // Two decays and eight fine-tunings in all; the one that failed is made once and trained twice.
        Assert.Equal(10 - (trained - 1), _calls.Count(call => call.StartsWith("resume")));
        _calls.Clear();
        Assert.Equal(0, Run());
        Assert.Empty(_calls);
    }

    [Fact]
    public void An_evaluation_that_was_stopped_between_two_tasks_is_gone_on_with()
    {
        _isAskedOneTask = true;
        Assert.Equal(ExitCodes.ResumeLater, Run());
        _isAskedOneTask = false;
        _calls.Clear();
        Assert.Equal(0, Run());
        Assert.Equal(8, _calls.Count(call => call.StartsWith("eval ")));
    }

    [Fact]
    public void Effects_are_told_for_every_measure_and_one_that_the_seeds_hide_is_called_none()
    {
        var lines = AblationText.Lines(
            _options, "x",
            [
                ("loss", run => (run.Contains("mixed") ? 2 : 3) + (run.Contains("seed-2") ? 0.01 : 0)),
                ("arc-easy", run => run.Contains("sft-1") ? 0.3 : null),
            ])
            .ToList();
        Assert.Contains("    the mixture in the decay: -1.0000 +- 0.0050", lines);
        Assert.Contains(lines, line => line.StartsWith("    the longer fine-tuning") && line.Contains(": none, "));
        Assert.Contains("nothing is said of effects", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_is_read_by_the_rule_that_its_task_reports_and_other_lines_are_passed_over()
    {
        var log = _folder["log"];
        File.WriteAllLines(
            log,
            [
                "reading the model", "{ broken", "{\"run\":\"x\"}",
                "{\"task\":\"arc-easy\",\"is_own_rule\":false,\"score\":0.9}",
                "{\"task\":\"arc-easy\",\"is_own_rule\":true,\"score\":0.25}",
            ]);
        Assert.Equal(0.25, Assert.Single(AblationText.Scores(log)).Value);
        Assert.Empty(AblationText.Scores(_folder["none"]));
    }

    private int Run()
    {
        var pool = new RunPool(
            new RanksInTurn(Work), LogOf, new Screen(_said, isTerminal: false, 100), TimeProvider.System);
        return new Ablation(_options, "x", Make, pool, LogOf).Run();
    }

    private string LogOf(string run) => _folder[$"{run}.log"];

    private void Make(string[] arguments)
    {
        Record(arguments);
        var name = arguments[Array.IndexOf(arguments, "--name") + 1];
        var folder = Directory.CreateDirectory(_folder[$"runs/{name}"]).FullName;
        File.WriteAllText(Path.Combine(folder, "run.yaml"), RunFile.Write(RunFile.Parse(Recipe, "recipe.yaml")));
    }

    private int Work(string[] arguments)
    {
        Record(arguments);
        if (_calls.Count > _failsAfter)
            return 1;
        if (arguments[0] == "eval")
        {
            File.WriteAllText(
                LogOf(AblationText.Asked(Path.GetFileName(arguments[1]))),
                "{\"task\":\"arc-easy\",\"is_own_rule\":true,\"score\":0.25}\n"
                + (_isAskedOneTask ? "" : "{\"task\":\"gsm8k\",\"is_own_rule\":true,\"score\":0.5}\n"));
            return _isAskedOneTask ? ExitCodes.ResumeLater : 0;
        }
        File.WriteAllText(
            Path.Combine(arguments[1], "journal.jsonl"),
            new JournalEntry("run-finished", 1, 128, new Dictionary<string, object?>()).Write() + "\n");
        return 0;
    }

    private void Record(string[] arguments) =>
        _calls.Add(string.Join(' ', arguments).Replace(_folder.Path + "/", "", StringComparison.Ordinal));
}
