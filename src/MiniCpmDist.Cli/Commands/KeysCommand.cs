using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm keys</c>: what may stand in run.yaml.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var part = new Argument<string?>("part")
        {
            Description = "A word in the name of a key, such as a section; all keys if left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("keys", """
            Prints the keys of run.yaml: what each is, what may be written, and whether it may change on resume.

            Example:
              minicpm keys schedule
              minicpm keys micro_batch
            """) { part };
        command.SetAction(line =>
        {
            foreach (var key in Named(line.GetValue(part) ?? ""))
                line.InvocationConfiguration.Output.WriteLine(RunKeyText.Of(key));
            return 0;
        });
        return command;
    }

    private static RunKey[] Named(string part)
    {
        RunKey[] found = [.. RunKeys.All.Where(key => key.Name.Contains(part, StringComparison.Ordinal))];
        if (found.Length > 0)
            return found;
        var words = RunKeys.All.SelectMany(key => key.Name.Split('.')).Distinct();
        throw new ConfigurationException([new Problem(
            "part", "a word in the name of a key", $"`{part}`",
            NearestKey.Of(part, words) is { } nearest ? $"did you mean `{nearest}`?" : "leave it out for all keys")]);
    }
}
