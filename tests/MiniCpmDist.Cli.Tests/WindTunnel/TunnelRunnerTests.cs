using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.Tests.WindTunnel;

public sealed class TunnelRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _said = new();
    private readonly List<string> _calls = [];
    private readonly IReadOnlyList<PlannedRun> _plan = TunnelPlan.Ladder(
        TunnelFile.Parse(
            "recipe: r\nsizes: { s: { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 1 } }",
            "tunnel.yaml",
            RunFile.Parse(
                "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
                + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
                + "parallel: { lanes: 1, micro_batch: 2 }",
                "recipe.yaml")) with
        {
            Ladder = new LadderOptions([10, 20], 10, HoldOut: null),
        },
        "ladder");

    private int _trainingEndsWith;

    public void Dispose()
    {
        _folder.Dispose();
        _said.Dispose();
    }

    [Fact]
    public void A_trunk_is_trained_from_a_recipe_of_its_own_and_its_decays_leave_it()
    {
        Assert.Equal(0, Run());
        var at = _plan[1].At;
        Assert.Equal(
            [
                "train runs/.tunnel/ladder-s.yaml --runs runs --name ladder-s",
                // The longer decay first: where runs are trained beside each other, it would be alone in the end.
                $"branch runs/ladder-s --at tokens:{2 * at} --decay {_plan[2].Decay} --name ladder-s-at-20",
                "resume runs/ladder-s-at-20",
                $"branch runs/ladder-s --at tokens:{at} --decay {_plan[1].Decay} --name ladder-s-at-10",
                "resume runs/ladder-s-at-10",
            ],
            _calls);
        var recipe = _folder["runs/.tunnel/ladder-s.yaml"];
        Assert.Equal(_plan[0].Options.Model.Shape, RunFile.Parse(File.ReadAllText(recipe), recipe).Model.Shape);
    }

    [Fact]
    public void An_experiment_that_failed_goes_on_with_the_run_that_failed()
    {
        _trainingEndsWith = 1;
        Assert.Equal(1, Run());
        Assert.Single(_calls);
        _calls.Clear();
        _trainingEndsWith = 0;
        Assert.Equal(0, Run());
        Assert.Equal("resume runs/ladder-s", _calls[0]);
    }

    [Fact]
    public void A_run_that_diverged_ends_an_experiment_only_where_others_leave_it()
    {
        _trainingEndsWith = ExitCodes.Hopeless;
        Assert.Equal(ExitCodes.Hopeless, Run());
        _calls.Clear();
        var separate = _plan.Select(run => run with { Trunk = null }).ToList();
        Assert.Equal(0, Run(separate));
        Assert.Equal(3, _calls.Count);
    }

    [Fact]
    public void A_finished_experiment_trains_nothing()
    {
        Run();
        _calls.Clear();
        Assert.Equal(0, Run());
        Assert.Empty(_calls);
        Assert.Contains("3 of 3 runs are finished already.", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_the_file_plans_otherwise_now_is_refused_and_the_keys_are_named()
    {
        Run();
        _calls.Clear();
        var other = _plan[0] with
        {
            Options = _plan[0].Options with { Seed = 7 },
        };
        var problem = Assert.Throws<ConfigurationException>(() => Run([other, _plan[1] with { Tokens = 128 }]));
        Assert.Contains("ladder-s: seed: expected `7`", problem.Message, StringComparison.Ordinal);
        Assert.Empty(_calls);
    }

    private int Run(IReadOnlyList<PlannedRun>? plan = null) => new TunnelRunner(
        _folder["runs"], Minicpm, new RanksInTurn(OnRanks), new Screen(_said, isTerminal: false, 100),
        TimeProvider.System)
        .Run(plan ?? _plan);

    private void Minicpm(string[] arguments)
    {
        Record(arguments);
        Directory.CreateDirectory(Path.Combine(_folder["runs"], arguments[^1]));
    }

    private int OnRanks(string[] arguments)
    {
        Record(arguments);
        var run = arguments[0] == "train" ? arguments[^1] : Path.GetFileName(arguments[1]);
        var folder = Directory.CreateDirectory(Path.Combine(_folder["runs"], run)).FullName;
        File.WriteAllText(Path.Combine(folder, "run.yaml"), RunFile.Write(Options(run)));
        var last = _trainingEndsWith == 0 ? "run-finished" : "run-started";
        File.WriteAllText(
            Path.Combine(folder, "journal.jsonl"),
            new JournalEntry(last, 1, 128, new Dictionary<string, object?>()).Write() + "\n");
        return _trainingEndsWith;
    }

    // What the real tool writes: the trunk's configuration, or that with the branch's schedule.
    private RunOptions Options(string run)
    {
        var planned = _plan.Single(one => one.Name == run);
        return planned.Trunk is null
            ? planned.Options
            : planned.Options with
            {
                Name = run,
                Schedule = planned.Options.Schedule with
                {
                    Stable = planned.At - planned.Options.Schedule.Warmup,
                    Decay = planned.Tokens,
                },
            };
    }

    private void Record(string[] arguments) =>
        _calls.Add(string.Join(' ', arguments).Replace(_folder.Path + "/", "", StringComparison.Ordinal));
}
