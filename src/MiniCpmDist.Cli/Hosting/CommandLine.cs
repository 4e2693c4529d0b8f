using System.CommandLine;
using MiniCpmDist.Cli.Commands;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>The command tree of <c>minicpm</c>; each command lives in a file of its own.</summary>
internal static class CommandLine
{
    /// <summary>Exceptions go to <see cref="FatalErrors"/>, which knows the ranks and the exit codes.</summary>
    public static InvocationConfiguration Invocation { get; } = new() { EnableDefaultExceptionHandler = false };

    public static RootCommand Create()
    {
        var root = new RootCommand("Trains MiniCPM models with data parallelism, from a laptop to a cluster.")
        {
            DataCommand.Create(),
            TokenizerCommand.Create(),
            PlanCommand.Create(),
            TrainCommand.Create(),
            ResumeCommand.Create(),
            LaunchCommand.Create(),
            BranchCommand.Create(),
            RunsCommand.Create(),
            ReplayCommand.Create(),
            ControlCommand.Create(),
            CoordinatorCommand.Create(),
            EvalCommand.Create(),
            GenerateCommand.Create(),
            PlotCommand.Create(),
            CheckpointCommand.Create(),
            CompletionCommand.Create(),
        };
        RootHelp.Install(root);
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        return root;
    }
}
