using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm tunnel fit</c>: a scaling law of the decayed runs of a folder.</summary>
internal static class TunnelFitCommand
{
    public static Command Create()
    {
        var runs = new Argument<string>("runs") { Description = "Folder that holds the run folders." };
        var name = new Option<string>("--name")
        {
            Description = "Take only runs whose names begin so.",
            DefaultValueFactory = _ => "",
        };
        var holdOut = new Option<string?>("--hold-out")
        {
            Description = "Runs whose names begin so are left out of the fit and predicted.",
        };
        var flops = new Option<double>("--flops")
        {
            Description = "Operations at which the best number of tokens for each parameter is told.",
            DefaultValueFactory = _ => TunnelFits.PaperFlops,
        };
        var command = new Command("fit", """
            Fits L(N, D) = C_N N^-alpha + C_D D^-beta + L_0 to the decayed runs of a folder, by a Huber loss on
            logarithms from a grid of starts, with 90 % intervals from a bootstrap over runs. Runs of one size, or of
            one ratio of tokens to parameters, are refused, because they cannot tell the two effects apart.

            Example:
              minicpm tunnel fit runs --name ladder --hold-out ladder-l
            """) { runs, name, holdOut, flops.Within(1) };
        command.SetAction(line =>
        {
            var problems = new ProblemCollector();
            problems.Require(
                line.GetValue(flops) is > 0 and < double.PositiveInfinity, "--flops", "a number above zero",
                $"{line.GetValue(flops)}", "for example --flops 1e21");
            problems.ThrowIfAny();
            TunnelFits.ShowLaw(
                line.GetValue(runs)!, run => run.StartsWith(line.GetValue(name)!, StringComparison.Ordinal),
                line.GetValue(holdOut), line.GetValue(flops), Screen.FromEnvironment());
        });
        return command;
    }
}
