using MiniCpmDist.Cli.Figures;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel.Report;

/// <summary>Schedules of one length: loss over tokens with the first seed (arXiv 2404.06395, figures 4 and
/// 5).</summary>
internal static class ScheduleFigures
{
    /// <param name="name">Of the experiment.</param>
    /// <param name="study">Its schedules.</param>
    /// <param name="runs">Those that have begun, by name.</param>
    public static IEnumerable<Figure> Of(
        string name, ScheduleStudyOptions study, IReadOnlyDictionary<string, MeasuredRun> runs)
    {
        yield return LossFigures.Of(
            $"{name}-loss", "Loss over tokens: constant, decays, and cosine",
            ScheduleTable.Schedules(study, name)
                .Where(schedule => runs.ContainsKey(schedule.Run(1)))
                .Select(schedule => (schedule.Name, runs[schedule.Run(1)])));
    }
}
