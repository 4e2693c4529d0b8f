using System.CommandLine;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Runs;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm branch</c>: a run that goes on from a trunk's checkpoint and decays.</summary>
internal static class BranchCommand
{
    public static Command Create()
    {
        var trunk = new Argument<string>("trunk") { Description = "Run folder to branch from; it is not changed." };
        var at = new Option<string>("--at")
        {
            Description = "Checkpoint to branch from: step:N or latest.",
            DefaultValueFactory = _ => "latest",
        };
        var decay = new Option<string>("--decay")
        {
            Description = "Length of the decay: tokens, steps, or percent of the branch's total.",
            Required = true,
        };
        var stable = new Option<string?>("--stable")
        {
            Description = "Go on at the full learning rate for so many tokens or steps before the decay; then the "
                + "checkpoint may be a decayed one (WSD-S).",
        };
        var name = new Option<string>("--name")
        {
            Description = "Name of the new run; its folder lies beside the trunk's.",
            Required = true,
        };
        var command = new Command("branch", """
            Makes a decay branch: a run whose parent is an exact checkpoint of the trunk, whose data order goes on from
            there, and whose learning rate decays. Its schedule is the one that the trunk followed at the checkpoint,
            changed by commands or not. The trunk can go on meanwhile. Train the branch with `minicpm resume`.

            Example:
              minicpm branch runs/first --at step:400 --decay "80 steps" --name first-decay
              minicpm branch runs/first-decay --stable "400 steps" --decay 10% --name second-decay
            """) { trunk, at, stable, decay, name };
        command.SetAction(line =>
        {
            var trunkPath = line.GetValue(trunk)!;
            var runs = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(trunkPath)) ?? "";
            var path = Path.Combine(runs, line.GetValue(name)!);
            if (!RunName.IsValid(line.GetValue(name)!))
            {
                throw new ConfigurationException([new Fault(
                    "--name", RunName.Expectation, $"`{line.GetValue(name)}`", "for example --name first-decay")]);
            }
            var length = Extent.Parse(line.GetValue(decay)!);
            var before = line.GetValue(stable) is { } text ? Extent.Parse(text) : (Extent?)null;
            var branch = DecayBranch.Create(trunkPath, Step(trunkPath, line.GetValue(at)!), length, path, before);
            Console.WriteLine($"made {branch.Path}; train it with `minicpm resume {branch.Path}`");
        });
        return command;
    }

    private static long Step(string trunk, string at)
    {
        if (at == "latest")
        {
            var (folder, _) = RunFolder.Open(trunk);
            return folder.NewestCheckpoint?.Step
                ?? throw new ConfigurationException([new Fault(
                    trunk, "a run with a checkpoint", "none", "let it reach its first checkpoint")]);
        }
        if (at.StartsWith("step:", StringComparison.Ordinal) && long.TryParse(at.AsSpan("step:".Length), out var step))
            return step;
        throw new ConfigurationException([new Fault("--at", "step:N or latest", at, "for example --at step:400")]);
    }
}
