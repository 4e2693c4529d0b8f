using System.CommandLine;
using MiniCpmDist.Cli.Hosting;

namespace MiniCpmDist.Cli.Tests;

public sealed class CommandTreeTests
{
    private static readonly RootCommand s_root = CommandLine.Create();

    public static TheoryData<string> Commands => [.. Below(s_root, "").Select(entry => entry.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_an_example_of_itself_that_the_tool_understands(string path)
    {
        var description = Below(s_root, "").Single(entry => entry.Path == path).Command.Description!;
        var examples = description.Split("Example:")[1]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        Assert.Contains(examples, example => example.Contains($"minicpm {path} ", StringComparison.Ordinal));
        foreach (var example in examples)
        {
            var line = example[example.IndexOf("minicpm ", StringComparison.Ordinal)..];
            Assert.Empty(s_root.Parse(line["minicpm ".Length..]).Errors);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_shows_its_example_when_it_is_asked_for_help(string path) =>
        Assert.Contains("Example:", Invoke([.. path.Split(' '), "--help"]), StringComparison.Ordinal);

    [Theory]
    [InlineData("minicpm tra", "train")]
    [InlineData("minicpm ctl sta", "status", "extend-stable")]
    [InlineData("minicpm train run.yaml --ma", "--max-time")]
    [InlineData("minicpm completion z", "zsh")]
    public void The_suggest_directive_that_the_completion_scripts_use_answers(string line, params string[] expected)
    {
        var lines = Invoke([$"[suggest:{line.Length}]", line]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, lines.Select(text => text.Trim()));
    }

    [Theory]
    [InlineData("checkpoint ls runs/first b", false)]
    [InlineData("checkpoint ls runs/first --jsn", true)]
    [InlineData("trian run.yaml", true)]
    public void A_slip_is_told_with_what_was_meant_and_a_stray_letter_is_no_slip(string line, bool isSlip)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var configuration = new InvocationConfiguration { Output = output, Error = errors };

        Assert.NotEqual(0, CommandLine.Parse(line.Split(' ')).Invoke(configuration));

        Assert.Equal(isSlip, output.ToString().Contains("Did you mean", StringComparison.Ordinal));
        Assert.Contains("Unrecognized command or argument", errors.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, Command Command)> Below(Command parent, string prefix) =>
        parent.Subcommands.SelectMany(command =>
            Below(command, $"{prefix}{command.Name} ").Prepend((prefix + command.Name, command)));

    private static string Invoke(string[] arguments)
    {
        using var output = new StringWriter();
        var configuration = new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false };
        Assert.Equal(0, CommandLine.Create().Parse(arguments).Invoke(configuration));
        return output.ToString();
    }
}
