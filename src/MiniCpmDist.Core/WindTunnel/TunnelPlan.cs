using System.Globalization;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>The runs of an experiment, trunks before their branches. The same file gives the same runs.</summary>
public static class TunnelPlan
{
    internal static readonly TimeSpan MostLost = TimeSpan.FromMinutes(5);

    /// <summary>How many of a search's trials are trained again.</summary>
    public const int BestTrials = 3;

    /// <summary>One trunk of each size, and decays that leave it: the cost grows linearly with their number.</summary>
    /// <param name="options">With a ladder.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <exception cref="ConfigurationException">The file has no ladder.</exception>
    public static IReadOnlyList<PlannedRun> Ladder(TunnelOptions options, string name)
    {
        var ladder = Require(options.Ladder, "ladder", "ladder: { at: [10, 20, 30, 40], decay: 10 }");
        return [.. options.Sizes.SelectMany(OfSize)];

        IEnumerable<PlannedRun> OfSize(TunnelSize size)
        {
            // A checkpoint lies at every multiple of the first place, rounded up to whole steps.
            var first = ladder.At[0];
            var every = Steps(options.Recipe, (long)first * size.Shape.NonEmbeddingParameters);
            var places = ladder.PlacesOf(size);
            var end = places[^1] / first * every;
            var trunk = $"{name}-{size.Name}";
            var recipe = Stable(options.Recipe, trunk, size.Shape, end) with
            {
                Checkpoint = new CheckpointOptions
                {
                    Every = Interval.OfTokens(every),
                    EveryTime = MostLost,
                    AtPhaseEnds = false,
                },
            };
            yield return new PlannedRun(trunk, recipe, null, 0, default, end);
            foreach (var place in places)
            {
                var at = place / first * every;
                var share = ladder.DecayPercent / 100;
                var tokens = Steps(options.Recipe, (long)(at * share / (1 - share)));
                yield return new PlannedRun(
                    $"{DecaysOf(name, size.Name)}{place}", recipe, trunk, at, Extent.OfTokens(tokens), tokens);
            }
        }
    }

    /// <summary>What the names of a size's decays begin with.</summary>
    /// <param name="name">The first part of the runs' names.</param>
    /// <param name="size">The size's name.</param>
    public static string DecaysOf(string name, string size) => $"{name}-{size}-at-";

    /// <summary>Runs of each size and batch at a constant learning rate.</summary>
    /// <param name="options">With batches.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <exception cref="ConfigurationException">The file has no batches.</exception>
    public static IReadOnlyList<PlannedRun> Batches(TunnelOptions options, string name)
    {
        var study = Require(options.Batches, "batch", "batch: { batches: [1024, 2048, 4096, 8192], length: 20 }");
        return
        [
            .. options.Sizes.SelectMany(size => study.Batches.Select(batch => Trunk(
                options.Recipe with { Schedule = options.Recipe.Schedule with { TokenBatch = batch } },
                $"{name}-{size.Name}-batch-{batch}", size.Shape,
                study.TokensPerParameter * size.Shape.NonEmbeddingParameters))),
        ];
    }

    /// <summary>
    /// Runs of each size and learning rate, with muP's division by the width, and where asked for in the standard
    /// parametrisation too, in which the base width is the model's own.
    /// </summary>
    /// <param name="options">With rates.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <exception cref="ConfigurationException">The file has no rates.</exception>
    public static IReadOnlyList<PlannedRun> Rates(TunnelOptions options, string name)
    {
        var study = Require(
            options.Rates, "learning_rate", "learning_rate: { rates: [0.0025, 0.005, 0.01, 0.02, 0.04], length: 10 }");
        bool[] parametrisations = study.WithStandard ? [false, true] : [false];
        return
        [
            .. parametrisations.SelectMany(isStandard => options.Sizes.SelectMany(size => study.Rates.SelectMany(rate =>
                Enumerable.Range(1, study.Seeds)
                    .Select(seed => Rate(options.Recipe, name, study, size, rate, isStandard, seed))))),
        ];
    }

    private static PlannedRun Rate(
        RunOptions recipe, string name, RateStudyOptions study, TunnelSize size, double rate, bool isStandard, int seed)
    {
        var shape = isStandard ? size.Shape with { DimModelBase = size.Shape.HiddenSize } : size.Shape;
        var run = Trunk(
            recipe with
            {
                Seed = recipe.Seed + (ulong)(seed - 1),
                Schedule = recipe.Schedule with { LearningRate = rate },
            },
            RateRun(name, size.Name, rate, isStandard, seed), shape,
            study.Tokens ?? study.TokensPerParameter * shape.NonEmbeddingParameters);
        var schedule = run.Options.Schedule;
        var decay = Math.Min(schedule.Stable, (long)(run.Tokens * study.DecayPercent / 100));
        return decay == 0 ? run : run with
        {
            Options = run.Options with
            {
                Schedule = schedule with { Stable = schedule.Stable - decay, Decay = decay },
            },
        };
    }

    /// <summary>
    /// What a search takes: its trials, whose parameters only the trials before them decide, and then the best three
    /// with further seeds, whose names only the trials decide.
    /// </summary>
    /// <param name="options">With a search.</param>
    /// <param name="name">The first part of the runs' names.</param>
    public static IReadOnlyList<PlannedRun> Trials(TunnelOptions options, string name)
    {
        var search = RequireSearch(options);
        var middle = search.Space.Select(_ => 0.5).ToList();
        return
        [
            .. Enumerable.Range(0, search.Trials)
                .Select(number => Trial(options, TrialName(name, number), middle, rung: RungOf(search, number))),
            .. Enumerable.Range(1, Math.Min(BestTrials, search.Trials) * search.Repeats)
                .Select(number => Trial(options, $"{name}-again-{number}", middle)),
        ];
    }

    // How many trials go how far is known, though not which: here the first ones go farthest.
    private static int RungOf(SearchOptions search, int number)
    {
        var rung = search.Rungs - 1;
        if (search.Halving is not { } halving || number < halving.CountAt(search.Trials, rung) + halving.Check)
            return rung;
        while (number >= halving.CountAt(search.Trials, rung))
            rung--;
        return rung;
    }

    /// <summary>The name of a trial.</summary>
    /// <param name="name">The first part of the runs' names.</param>
    /// <param name="number">From 0.</param>
    public static string TrialName(string name, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}-{number + 1:D3}");

    /// <summary>A trial of a search.</summary>
    /// <param name="options">With a search.</param>
    /// <param name="name">Of the run.</param>
    /// <param name="place">In the unit cube.</param>
    /// <param name="seed">Of initial weights and data order; null for the recipe's.</param>
    /// <param name="rung">How far it goes, from 0; null for its end.</param>
    public static PlannedRun Trial(
        TunnelOptions options, string name, IReadOnlyList<double> place, ulong? seed = null, int? rung = null)
    {
        var search = RequireSearch(options);
        var size = options.Sizes.Single(one => one.Name == search.Size);
        var whole = (long)search.TokensPerParameter * size.Shape.NonEmbeddingParameters;
        var divisor = rung is { } reached ? search.Halving?.DivisorOf(reached) ?? 1 : 1;
        var trunk = Trunk(options.Recipe, name, size.Shape, Math.Max(1, whole / divisor));
        var set = search.Space.Zip(place).Aggregate(
            trunk.Options with { Seed = seed ?? options.Recipe.Seed },
            (run, one) => one.First.Set(run, one.First.ValueAt(one.Second)));
        return trunk with { Options = set, MayGoOn = search.Halving is not null && rung is not null };
    }

    /// <exception cref="ConfigurationException">The file has no search.</exception>
    public static SearchOptions RequireSearch(TunnelOptions options) => Require(
        options.Search, "search",
        "search: { size: s, trials: 40, length: 10, space: { learning_rate: { from: 0.001, to: 0.1, log: true } } }");

    /// <summary>The name of a run of <see cref="Rates"/>.</summary>
    /// <param name="name">The first part of the runs' names.</param>
    /// <param name="size">The size's name.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="isStandard">In the standard parametrisation.</param>
    /// <param name="seed">From 1.</param>
    public static string RateRun(string name, string size, double rate, bool isStandard, int seed = 1) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name}-{size}-{(isStandard ? "standard" : "mup")}-{rate:R}{(seed == 1 ? "" : $"-seed-{seed}")}");

    private static PlannedRun Trunk(RunOptions recipe, string name, ModelShape shape, long wanted)
    {
        var tokens = Steps(recipe, wanted);
        return new PlannedRun(name, Stable(recipe, name, shape, tokens), null, 0, default, tokens);
    }

    internal static RunOptions Stable(RunOptions recipe, string name, ModelShape shape, long tokens) => recipe with
    {
        Name = name,
        Model = new ModelOptions(null, shape),
        Schedule = recipe.Schedule with
        {
            Shape = ScheduleShape.Wsd,
            Stable = Math.Max(0, tokens - recipe.Schedule.Warmup),
            StableIsOpen = false,
            Decay = 0,
            OpenDecay = null,
            Batches = BatchPlan.None,
        },
        Branches = null,
        // A trial takes minutes, and only its end counts: what is saved besides is for a kill.
        Checkpoint = new CheckpointOptions { EveryTime = MostLost, AtPhaseEnds = false },
        // Nobody steers a run of an experiment, and many of them share one host.
        Coordinator = recipe.Coordinator with { Address = null },
    };

    /// <summary>Whole steps of the recipe that hold so many tokens.</summary>
    internal static long Steps(RunOptions recipe, long tokens)
    {
        var batch = recipe.Schedule.TokenBatch;
        return Math.Max(1, (tokens + batch - 1) / batch) * batch;
    }

    internal static T Require<T>(T? section, string key, string example) where T : class =>
        section ?? throw new ConfigurationException([new Problem(
            key, "what the experiment is to try", "nothing", $"write such as `{example}`")]);
}
