using System.CommandLine;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// Reports a misspelt option as one. The library takes a word that is no option for an argument, such as the folder of
/// a run.
/// </summary>
internal static class UnknownOptions
{
    /// <summary>Refuses them in a command and in all below it.</summary>
    public static void Refuse(Command command)
    {
        foreach (var argument in command.Arguments.Where(argument => argument is not IFreeArgument))
        {
            argument.Validators.Add(result =>
            {
                foreach (var token in result.Tokens.Select(token => token.Value).Where(IsOption))
                    result.AddError(Told(token, command));
            });
        }
        foreach (var verb in command.Subcommands)
            Refuse(verb);
    }

    /// <summary>A number below zero is no option, and neither is the dash that stands for a stream.</summary>
    private static bool IsOption(string word) => word is ['-', not (>= '0' and <= '9' or '.'), ..];

    private static string Told(string word, Command command)
    {
        var known = command.Options.SelectMany(option => option.Aliases.Append(option.Name)).Append("--help").ToArray();
        var advice = NearestKey.Of(word, known) is { } nearest
            ? $"did you mean {nearest}?"
            : $"known are {string.Join(", ", known.Order(StringComparer.Ordinal))}";
        return $"{word}: expected an option of `minicpm {Path(command)}`, or a name that does not begin with `-`; "
            + advice;
    }

    private static string Path(Command command) => string.Join(
        ' ',
        command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(Path).Append(command.Name));
}
