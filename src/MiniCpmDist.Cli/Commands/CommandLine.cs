using System.CommandLine;
using System.CommandLine.Invocation;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Commands;

/// <summary>The command tree of <c>minicpm</c>; each command lives in a file of its own.</summary>
internal static class CommandLine
{
    /// <summary>Exceptions go to <see cref="FatalErrors"/>, which knows the ranks and the exit codes.</summary>
    public static InvocationConfiguration Invocation { get; } = new() { EnableDefaultExceptionHandler = false };

    /// <summary>Parses a line of the shell; a line that cannot be parsed explains itself when it is invoked.</summary>
    public static ParseResult Parse(IReadOnlyList<string> arguments)
    {
        var line = Create().Parse(arguments);
        // The library takes every word of one letter for a mistyped -h.
        if (line.Action is ParseErrorAction explanation)
        {
            explanation.ShowTypoCorrections = line.UnmatchedTokens.Any(word => word.Length > 2);
            // Our own messages say what to type; a page of help would push them off the screen.
            explanation.ShowHelp = !line.Errors.All(error => error.Message.StartsWith("--", StringComparison.Ordinal));
        }
        return line;
    }

    /// <summary>Carries out a line of the shell.</summary>
    /// <returns>The exit code.</returns>
    public static int Invoke(IReadOnlyList<string> arguments)
    {
        var line = Parse(arguments);
        var exitCode = line.Invoke(Invocation);
        // A line that cannot be parsed has been explained by now; for the shell it is a user problem like any other.
        // Whoever asks for help has left out what is required, and gets what was asked for.
        return line.Action is ParseErrorAction ? ExitCodes.UserProblem : exitCode;
    }

    /// <summary>
    /// Runs a command in this process, for commands that are made of others; what goes wrong in it ends both.
    /// </summary>
    public static void Run(string[] arguments)
    {
        if (Invoke(arguments) is not 0 and var code)
            throw new IOException($"`minicpm {string.Join(' ', arguments)}` ended with exit code {code}");
    }

    public static RootCommand Create()
    {
        var root = new RootCommand("Trains MiniCPM models with data parallelism, from a laptop to a cluster.")
        {
            QuickstartCommand.Create(),
            DataCommand.Create(),
            TokenizerCommand.Create(),
            PlanCommand.Create(),
            KeysCommand.Create(),
            TrainCommand.Create(),
            ResumeCommand.Create(),
            LaunchCommand.Create(),
            BranchCommand.Create(),
            SftCommand.Create(),
            DpoCommand.Create(),
            RunsCommand.Create(),
            TunnelCommand.Create(),
            ReplayCommand.Create(),
            ControlCommand.Create(),
            CoordinatorCommand.Create(),
            EvalCommand.Create(),
            GenerateCommand.Create(),
            ChatCommand.Create(),
            ExportCommand.Create(),
            QuantizeCommand.Create(),
            PlotCommand.Create(),
            CheckpointCommand.Create(),
            CompletionCommand.Create(),
        };
        foreach (var command in root.Subcommands)
            UnknownOptions.Refuse(command);
        RootHelp.Install(root);
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        return root;
    }
}
