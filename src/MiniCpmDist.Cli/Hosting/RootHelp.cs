using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// <c>minicpm --help</c>: one line for each command. Asked of a command, the usual page with its example is shown.
/// </summary>
internal sealed class RootHelp(SynchronousCommandLineAction pageOfCommand) : SynchronousCommandLineAction
{
    /// <summary>Puts this action in place of the library's for the root and everything below it.</summary>
    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new RootHelp((SynchronousCommandLineAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
            return pageOfCommand.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(root.Description);
        output.WriteLine();
        output.WriteLine("Usage: minicpm COMMAND [arguments]      minicpm COMMAND --help      minicpm --version");
        output.WriteLine();
        var lines = root.Subcommands.SelectMany(Lines).ToArray();
        var width = lines.Max(line => line.Name.Length);
        foreach (var (name, description) in lines)
            output.WriteLine($"  {name.PadRight(width)}  {description}");
        output.WriteLine();
        output.WriteLine(
            "Exit codes: 0 done, 1 failed, 2 something in the command line, the configuration or the files is wrong,");
        output.WriteLine(
            "            3 the run has diverged, its model gives NaN, or another world has it: do not retry,");
        output.WriteLine(
            "            75 the run is saved and not at its end (--max-time, SIGTERM, SIGHUP, Ctrl-C): resume it.");
        return 0;
    }

    private static IEnumerable<(string Name, string Description)> Lines(Command command) =>
        command.Subcommands.Count == 0
            ? [(command.Name, FirstSentence(command.Description))]
            : command.Subcommands.Select(verb => ($"{command.Name} {verb.Name}", FirstSentence(verb.Description)));

    /// <summary>Up to the first full stop that ends a sentence, on one line.</summary>
    private static string FirstSentence(string? description)
    {
        var text = (description ?? "").ReplaceLineEndings(" ");
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }
}
