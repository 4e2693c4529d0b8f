using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.Tests.WindTunnel;

public sealed class TunnelSearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _said = new();
    private readonly Dictionary<(string Run, long Tokens), double> _losses = [];
    private List<string> _trained = [];
    private List<(string Run, long Tokens)> _ends = [];
    private readonly TunnelOptions _options = Options("");

    private int _stopAfter = int.MaxValue;
    private bool _isReversedAtFirst;

    public void Dispose()
    {
        _folder.Dispose();
        _said.Dispose();
    }

    [Fact]
    public void The_best_three_are_trained_again_with_further_seeds()
    {
        Assert.Equal(0, Search());
        Assert.Equal(14 + 3 * 2, _trained.Count);
        var best = _losses.Where(one => !one.Key.Run.Contains("seed")).MinBy(one => one.Value).Key.Run;
        Assert.Contains($"{best}-seed-2", _trained);
        Assert.Contains($"{best}-seed-3", _trained);
        Assert.Contains("The best 3 over 3 seeds", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_search_goes_on_with_the_trials_that_it_would_have_had()
    {
        _stopAfter = 12;
        Assert.Equal(1, Search());
        _stopAfter = int.MaxValue;
        Assert.Equal(0, Search());
        var again = _trained.Distinct().Select(Recipe).ToList();
        _trained.Clear();
        Directory.Delete(_folder["runs"], recursive: true);
        Assert.Equal(0, Search());
        Assert.Equal(again, _trained.Select(Recipe));
    }

    [Fact]
    public void A_trial_that_diverges_is_a_bad_one_and_the_search_goes_on()
    {
        Assert.Equal(0, Search(divergesAbove: 0.02));
        Assert.Contains("diverged", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_short_trials_the_best_go_on_as_the_same_runs_and_some_others_show_whether_that_was_right()
    {
        var options = Options("  halving: { factor: 3, rungs: 2, check: 2 }\n");
        Assert.Equal(0, Search(options: options));
        var (first, whole) = (Tokens(options, rung: 0), Tokens(options, rung: 1));
        Assert.InRange(whole, 2 * first, 3 * first);
        // 14 trials, of which 5 go on, 2 more for the check, and the best three again.
        Assert.Equal(14, _ends.Count(end => end.Tokens == first));
        Assert.Equal(5 + 2 + 3 * 2, _ends.Count(end => end.Tokens == whole));
        var best = _losses.Where(loss => loss.Key.Tokens == first).OrderBy(loss => loss.Value).Take(5);
        Assert.All(best, trial => Assert.Contains((trial.Key.Run, whole), _ends));
        Assert.Contains("Kendall's tau 1.00", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains("None of 2 trials that were given up", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_length_that_misleads_is_found_out_by_the_trials_that_were_given_up()
    {
        _isReversedAtFirst = true;
        Assert.Equal(0, Search(options: Options("  halving: { factor: 3, rungs: 2, check: 3 }\n")));
        Assert.Contains("Kendall's tau -1.00", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "3 of 3 trials that were given up would have been better", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_was_killed_while_trials_went_on_comes_to_the_same_end()
    {
        var options = Options("  halving: { factor: 3, rungs: 2, check: 2 }\n");
        _stopAfter = 16;
        Assert.Equal(1, Search(options: options));
        _stopAfter = int.MaxValue;
        Assert.Equal(0, Search(options: options));
        var ends = _ends.Distinct().Order().ToList();
        Directory.Delete(_folder["runs"], recursive: true);
        (_ends, _trained) = ([], []);
        Assert.Equal(0, Search(options: options));
        Assert.Equal(ends, _ends.Order());
    }

    private static TunnelOptions Options(string more) => TunnelFile.Parse(
        "recipe: r\nsizes: { s: { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 1 } }\n"
        + $"search:\n  trials: 14\n  repeats: 2\n{more}  space:\n"
        + "    learning_rate: { from: 0.001, to: 0.1, log: true }\n    scale_depth: { from: 1, to: 8 }",
        "tunnel.yaml",
        RunFile.Parse(
            "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
            + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
            + "parallel: { lanes: 1, micro_batch: 2 }",
            "recipe.yaml"));

    private static long Tokens(TunnelOptions options, int rung) =>
        TunnelPlan.Trial(options, "x", [0.5, 0.5], rung: rung).Tokens;

    private int Search(double divergesAbove = 1, TunnelOptions? options = null)
    {
        var screen = new Screen(_said, isTerminal: false, 100);
        var runner = new TunnelRunner(
            _folder["runs"], _ => { }, new RanksInTurn(arguments => Train(arguments, divergesAbove)), screen,
            TimeProvider.System);
        return new TunnelSearch(
            options ?? _options, "search", runner, (run, tokens) => _losses[(run, tokens)], screen).Run();
    }

    private int Train(string[] arguments, double divergesAbove)
    {
        if (_trained.Count >= _stopAfter)
            return 1;
        var run = arguments[0] == "train" ? arguments[^1] : Path.GetFileName(arguments[1]);
        _trained.Add(run);
        var folder = Directory.CreateDirectory(_folder[$"runs/{run}"]).FullName;
        var file = Path.Combine(folder, "run.yaml");
        if (!File.Exists(file))
            File.WriteAllText(file, RunFile.Write(Recipe(run)));
        var options = RunFile.Parse(File.ReadAllText(file), file);
        if (options.Schedule.LearningRate > divergesAbove)
            return ExitCodes.Hopeless;
        var tokens = options.Schedule.Warmup + options.Schedule.Stable;
        var loss = Math.Pow(Math.Log(options.Schedule.LearningRate / 0.01), 2) + options.Model.Shape.ScaleDepth
            + 0.001 * options.Seed;
        var isFirst = !_losses.Keys.Any(key => key.Run == run && key.Tokens != tokens);
        _losses[(run, tokens)] = isFirst && _isReversedAtFirst ? -loss : loss;
        _ends.Add((run, tokens));
        File.AppendAllText(
            Path.Combine(folder, "journal.jsonl"),
            new JournalEntry("run-finished", 1, tokens, new Dictionary<string, object?>()).Write() + "\n");
        return 0;
    }

    private RunOptions Recipe(string run)
    {
        var path = _folder[$"runs/.tunnel/{run}.yaml"];
        return RunFile.Parse(File.ReadAllText(path), path);
    }
}
