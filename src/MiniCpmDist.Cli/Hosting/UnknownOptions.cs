using System.CommandLine;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// Reports a misspelt option as one, and an option without its value. The library takes a word that is no option for an
/// argument, such as the folder of a run, and the option that follows for the value of one that has none.
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
        foreach (var option in command.Options)
        {
            option.Validators.Add(result =>
            {
                foreach (var word in result.Tokens.Select(token => token.Value).Where(Names(command).Contains))
                    result.AddError($"{option.Name}: expected a value, found {word}, which is an option itself");
            });
        }
        foreach (var verb in command.Subcommands)
            Refuse(verb);
    }

    /// <summary>A number below zero is no option, and neither is the dash that stands for a stream.</summary>
    private static bool IsOption(string word) => word is ['-', not (>= '0' and <= '9' or '.'), ..];

    private static string Told(string word, Command command)
    {
        var known = Names(command).Append("--help").ToArray();
        var advice = NearestKey.Of(word, known) is { } nearest
            ? $"did you mean {nearest}?"
            : $"known are {string.Join(", ", known.Order(StringComparer.Ordinal))}";
        return $"{word}: expected an option of `minicpm {Path(command)}`, or a name that does not begin with `-`; "
            + advice;
    }

    private static IEnumerable<string> Names(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Append(option.Name));

    private static string Path(Command command) => string.Join(
        ' ',
        command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(Path).Append(command.Name));
}
