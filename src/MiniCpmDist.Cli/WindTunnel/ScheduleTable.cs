using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>Final losses of schedules of one length, and how far each is from the cosine.</summary>
internal static class ScheduleTable
{
    /// <summary>The schedules: what each is called, and the name of its run with a seed.</summary>
    public static IEnumerable<(string Name, Func<int, string> Run)> Schedules(ScheduleStudyOptions study, string name)
    {
        yield return ("constant", seed => SchedulePlan.Constant(name, seed));
        foreach (var percent in study.DecayPercents)
        {
            yield return (
                FormattableString.Invariant($"decay over {percent:R} %"),
                seed => SchedulePlan.Decayed(name, percent, seed));
        }
        yield return ("cosine", seed => SchedulePlan.Cosine(name, seed));
    }

    /// <param name="study">The schedules.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <param name="lossOf">The loss of a run by its name; null where the run has no loss.</param>
    public static IEnumerable<string> Lines(ScheduleStudyOptions study, string name, Func<string, double?> lossOf)
    {
        var seeds = Enumerable.Range(1, study.Seeds).ToList();
        var cosine = seeds.ConvertAll(seed => lossOf(SchedulePlan.Cosine(name, seed)));
        var constant = seeds.ConvertAll(seed => lossOf(SchedulePlan.Constant(name, seed)));
        yield return TunnelText.Row("schedule", "held-out loss", "minus constant", "minus cosine");
        foreach (var (schedule, run) in Schedules(study, name))
        {
            var losses = seeds.ConvertAll(seed => lossOf(run(seed)));
            yield return losses.Contains(null)
                ? TunnelText.Row(schedule, "-")
                : TunnelText.Row(
                    schedule, Invariant($"{losses.Average():F4}"), Difference(losses, constant),
                    Difference(losses, cosine));
        }
        yield return Invariant($"Means over {study.Seeds} seed(s), nats a token; differences by pairs of the same ")
            + "seed, with 90 % intervals. `none` is one whose interval holds zero.";
    }

    private static string Difference(List<double?> one, List<double?> other)
    {
        if (other.Contains(null))
            return "-";
        var found = PairedDifference.Of([.. one.Zip(other, (a, b) => (a!.Value, b!.Value))]);
        if (found is { Mean: 0, Reach: null or 0 })
            return "";
        return found.Reach is not { } reach ? Invariant($"{found.Mean:+0.0000;-0.0000}")
            : Invariant($"{found.Mean:+0.000;-0.000}+-{reach:F3}") + (found.IsClear ? "" : " none");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
