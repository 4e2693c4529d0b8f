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
    private readonly List<string> _trained = [];
    private readonly Dictionary<string, double> _losses = [];
    private readonly TunnelOptions _options = TunnelFile.Parse(
        "recipe: r\nsizes: { s: { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 1 } }\n"
        + "search:\n  trials: 14\n  repeats: 2\n  space:\n"
        + "    learning_rate: { from: 0.001, to: 0.1, log: true }\n    scale_depth: { from: 1, to: 8 }",
        "tunnel.yaml",
        RunFile.Parse(
            "model: nano\ndata: { train: tokens, sequence_length: 64 }\n"
            + "schedule: { stable: 10 steps, decay: 0 steps, token_batch: 128 tokens }\n"
            + "parallel: { lanes: 1, micro_batch: 2 }",
            "recipe.yaml"));

    private int _stopAfter = int.MaxValue;

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
        var best = _losses.Where(one => !one.Key.Contains("seed")).MinBy(one => one.Value).Key;
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

    private int Search(double divergesAbove = 1)
    {
        var screen = new Screen(_said, isTerminal: false, 100);
        var runner = new TunnelRunner(
            _folder["runs"], _ => { }, new RanksInTurn(arguments => Train(arguments, divergesAbove)), screen,
            TimeProvider.System);
        return new TunnelSearch(_options, "search", runner, run => _losses[run], screen).Run();
    }

    private int Train(string[] arguments, double divergesAbove)
    {
        if (_trained.Count >= _stopAfter)
            return 1;
        var run = arguments[0] == "train" ? arguments[^1] : Path.GetFileName(arguments[1]);
        _trained.Add(run);
        var options = Recipe(run);
        if (options.Schedule.LearningRate > divergesAbove)
            return ExitCodes.Hopeless;
        _losses[run] = Math.Pow(Math.Log(options.Schedule.LearningRate / 0.01), 2) + options.Model.Shape.ScaleDepth
            + 0.001 * options.Seed;
        var folder = Directory.CreateDirectory(_folder[$"runs/{run}"]).FullName;
        File.WriteAllText(Path.Combine(folder, "run.yaml"), RunFile.Write(options));
        File.WriteAllText(
            Path.Combine(folder, "journal.jsonl"),
            new JournalEntry("run-finished", 1, 128, new Dictionary<string, object?>()).Write() + "\n");
        return 0;
    }

    private RunOptions Recipe(string run)
    {
        var path = _folder[$"runs/.tunnel/{run}.yaml"];
        return RunFile.Parse(File.ReadAllText(path), path);
    }
}
