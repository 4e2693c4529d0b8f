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
            var end = ladder.At[^1] / first * every;
            var trunk = $"{name}-{size.Name}";
            var recipe = Stable(options.Recipe, trunk, size.Shape, end) with
            {
                Checkpoint = new CheckpointOptions { Every = Interval.OfTokens(every) },
            };
            yield return new PlannedRun(trunk, recipe, null, 0, default, end);
            foreach (var place in ladder.At)
            {
                var at = place / first * every;
                var share = ladder.DecayPercent / 100;
                var tokens = Steps(options.Recipe, (long)(at * share / (1 - share)));
                yield return new PlannedRun(
                    $"{trunk}-at-{place}", recipe, trunk, at, Extent.OfTokens(tokens), tokens);
            }
        }
    }

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
                $"{name}-{size.Name}-batch-{batch}", size.Shape, study.TokensPerParameter))),
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
            .. parametrisations.SelectMany(isStandard => options.Sizes.SelectMany(size => study.Rates.Select(rate =>
                Trunk(
                    options.Recipe with { Schedule = options.Recipe.Schedule with { LearningRate = rate } },
                    RateRun(name, size.Name, rate, isStandard),
                    isStandard ? size.Shape with { DimModelBase = size.Shape.HiddenSize } : size.Shape,
                    study.TokensPerParameter)))),
        ];
    }

    /// <summary>The name of a run of <see cref="Rates"/>.</summary>
    public static string RateRun(string name, string size, double rate, bool isStandard) => string.Create(
        CultureInfo.InvariantCulture, $"{name}-{size}-{(isStandard ? "standard" : "mup")}-{rate:R}");

    private static PlannedRun Trunk(RunOptions recipe, string name, ModelShape shape, int tokensPerParameter)
    {
        var tokens = Steps(recipe, tokensPerParameter * shape.NonEmbeddingParameters);
        return new PlannedRun(name, Stable(recipe, name, shape, tokens), null, 0, default, tokens);
    }

    private static RunOptions Stable(RunOptions recipe, string name, ModelShape shape, long tokens) => recipe with
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
        // Nobody steers a run of an experiment, and many of them share one host.
        Coordinator = recipe.Coordinator with { Address = null },
    };

    /// <summary>Whole steps of the recipe that hold so many tokens.</summary>
    private static long Steps(RunOptions recipe, long tokens)
    {
        var batch = recipe.Schedule.TokenBatch;
        return Math.Max(1, (tokens + batch - 1) / batch) * batch;
    }

    private static T Require<T>(T? section, string key, string example) where T : class =>
        section ?? throw new ConfigurationException([new Problem(
            key, "what the experiment is to try", "nothing", $"write such as `{example}`")]);
}
