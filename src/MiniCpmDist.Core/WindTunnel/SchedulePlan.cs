using System.Globalization;
using System.Numerics;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>The runs of a study of schedules: all end after the same tokens.</summary>
public static class SchedulePlan
{
    /// <param name="options">With schedules.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <exception cref="ConfigurationException">The file has no schedules.</exception>
    public static IReadOnlyList<PlannedRun> Of(TunnelOptions options, string name)
    {
        var study = TunnelPlan.Require(
            options.Schedules, "schedules", "schedules: { length: 40, decays: [2.5, 10], seeds: 3 }");
        var shape = options.Sizes.Single(size => size.Name == study.Size).Shape;
        var batch = options.Recipe.Schedule.TokenBatch;
        // Checkpoints lie at multiples of one distance, so that the places of all decays are among them.
        var parts = study.Parts!.Value;
        var part = TunnelPlan.Steps(
            options.Recipe, study.TokensPerParameter * shape.NonEmbeddingParameters / parts);
        var decays = study.DecayPercents.Select(percent => (long)Math.Round(percent * parts / 100)).ToList();
        var every = decays.Select(decay => parts - decay)
            .Aggregate(0L, (one, other) => (long)BigInteger.GreatestCommonDivisor(one, other));
        return [.. Enumerable.Range(1, study.Seeds).SelectMany(OfSeed)];

        IEnumerable<PlannedRun> OfSeed(int seed)
        {
            var recipe = options.Recipe with { Seed = options.Recipe.Seed + (ulong)(seed - 1) };
            var trunk = Constant(name, seed);
            var constant = TunnelPlan.Stable(recipe, trunk, shape, parts * part) with
            {
                Checkpoint = new CheckpointOptions
                {
                    Every = Interval.OfTokens(every * part),
                    EveryTime = TunnelPlan.MostLost,
                    AtPhaseEnds = false,
                },
            };
            yield return new PlannedRun(trunk, constant, null, 0, default, parts * part);
            foreach (var (decay, percent) in decays.Zip(study.DecayPercents))
            {
                yield return new PlannedRun(
                    Decayed(name, percent, seed), constant, trunk, (parts - decay) * part,
                    Extent.OfTokens(decay * part), decay * part);
            }
            var cosine = TunnelPlan.Stable(recipe, Cosine(name, seed), shape, parts * part);
            yield return new PlannedRun(
                cosine.Name, cosine with { Schedule = cosine.Schedule with { Shape = ScheduleShape.Cosine } }, null, 0,
                default, parts * part);
        }
    }

    /// <summary>The name of a run whose learning rate stays.</summary>
    public static string Constant(string name, int seed) => $"{name}-seed-{seed}";

    /// <summary>The name of a run whose learning rate falls at the end.</summary>
    public static string Decayed(string name, double percent, int seed) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}-seed-{seed}-decay-{percent:R}");

    /// <summary>The name of a run whose learning rate falls from the beginning.</summary>
    public static string Cosine(string name, int seed) => $"{name}-seed-{seed}-cosine";
}
