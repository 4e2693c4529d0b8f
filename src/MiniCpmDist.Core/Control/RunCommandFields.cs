
namespace MiniCpmDist.Core.Control;

/// <summary>
/// Commands as flat keys and values: one spelling for the journal, the coordinator's log and the word between ranks.
/// </summary>
public static class RunCommandFields
{
    private const string Kind = "command";

    /// <summary>The names of all commands.</summary>
    public static IEnumerable<string> Names => RunCommand.Readers.Keys;

    /// <summary>The name that <c>minicpm ctl</c> gives a command.</summary>
    public static string NameOf(RunCommand command) => command.Verb;

    /// <summary>Key and value, the command's name first.</summary>
    public static IReadOnlyList<(string Key, object? Value)> Write(RunCommand command) =>
        [(Kind, command.Verb), .. command.Fields];

    /// <exception cref="FormatException">A key is missing, or its value has another form.</exception>
    public static RunCommand Parse(IReadOnlyDictionary<string, object?> fields)
    {
        var reader = new CommandFields(fields);
        var name = reader.Required<string>(Kind);
        return RunCommand.Readers.TryGetValue(name, out var read)
            ? read(reader)
            : throw new FormatException($"expected a command, found `{name}`.");
    }
}
