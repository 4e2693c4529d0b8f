using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.WindTunnel.Report;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm tunnel report</c>: the experiments of a folder as a page.</summary>
internal static class TunnelReportCommand
{
    public static Command Create()
    {
        var runs = new Argument<string>("runs") { Description = "Folder that holds the run folders." };
        var target = new Option<string?>("--out")
        {
            Description = "Folder of the report; an earlier report in it is replaced. [default: report in the folder "
                + "of the runs]",
        };
        var command = new Command("report", """
            Writes one HTML file with the experiments of a folder: how far each is, its runs, the figures of the paper
            drawn from them, and the laws that fit. A mark that belongs to one run leads to its folder. The page needs
            no network; each figure lies beside it as a picture (PNG) and a table (CSV). It can be called while runs
            train.

            Example:
              minicpm tunnel report runs
            """) { runs, target };
        command.SetAction(line =>
        {
            var folder = line.GetValue(runs)!;
            var place = line.GetValue(target) ?? Path.Combine(folder, "report");
            var damaged = new ProblemCollector();
            var (experiments, figures) = TunnelReport.Write(folder, place, damaged);
            Screen.FromEnvironment().Line(
                $"{Path.Combine(place, TunnelReport.Page)}: {experiments} experiment(s), {figures} figure(s)");
            damaged.ThrowIfAny();
        });
        return command;
    }
}
