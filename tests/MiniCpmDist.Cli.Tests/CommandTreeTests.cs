using System.CommandLine;
using MiniCpmDist.Cli.Commands;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Tests;

public sealed class CommandTreeTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private static readonly RootCommand s_root = CommandLine.Create();

    public static TheoryData<string> Commands => [.. Below(s_root, "").Select(entry => entry.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_an_example_of_itself_that_the_tool_understands(string path)
    {
        var description = Below(s_root, "").Single(entry => entry.Path == path).Command.Description!;
        var examples = description.Split("Example:")[1]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        Assert.Contains(examples, example => $"{example} ".Contains($"minicpm {path} ", StringComparison.Ordinal));
        foreach (var example in examples)
        {
            var line = example[example.IndexOf("minicpm ", StringComparison.Ordinal)..];
            Assert.Empty(s_root.Parse(line["minicpm ".Length..]).Errors);
        }
    }

    [Fact]
    public void Ctl_has_a_verb_for_everything_that_a_run_can_be_told() =>
        Assert.Subset(
            Below(s_root, "").Select(entry => entry.Path).ToHashSet(),
            RunCommandFields.Names.Select(name => $"ctl {name}").ToHashSet());

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

    [Theory]
    [InlineData("eval --sequnces 3 runs/first", "--sequnces: expected an option of `minicpm eval`", "--sequences?")]
    [InlineData("export runs/first --to gguf --out --dtype q8_0", "--out: expected a value, found --dtype", "option")]
    [InlineData("eval runs/first --text --stride 3", "--text: expected a value, found --stride", "an option itself")]
    [InlineData("eval runs/first --temperature 0,8", "--temperature: expected a number", "found 0,8")]
    [InlineData("runs --jsn", "--jsn: expected an option of `minicpm runs`", "did you mean --json?")]
    [InlineData("plot runs/first --o x.svg", "--o: expected an option of `minicpm plot`", "--out")]
    [InlineData("ctl set-mixture docs=1 runs/first --phse decay", "`minicpm ctl set-mixture`", "--phase?")]
    public void A_misspelt_option_is_told_as_one_and_is_no_folder(string line, string expected, string advice)
    {
        var errors = CommandLine.Parse(line.Split(' ')).Errors.Select(error => error.Message);

        Assert.Contains(
            errors, error => error.Contains(expected, StringComparison.Ordinal)
                && error.Contains(advice, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sft runs/first --data chat.jsonl --name a --epochs 0", "--epochs: expected a number, 0.01 to 1000")]
    [InlineData("eval runs/first --temperature 0,8", "--temperature: expected a number")]
    public void A_value_that_cannot_be_is_told_without_a_page_of_help(string line, string expected)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        CommandLine.Parse(line.Split(' ')).Invoke(new InvocationConfiguration { Output = output, Error = errors });

        Assert.Contains(expected, errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_of_a_build_spells_packing_as_it_is_typed() =>
        Assert.Contains("[default: isolate]", Invoke(["data", "build", "--help"]), StringComparison.Ordinal);

    [Theory]
    [InlineData("--exact --bands 16 corpus", "--bands", "--near")]
    [InlineData("--near --ngram 8 corpus", "--ngram", "--against")]
    public void A_number_of_a_pass_that_is_not_done_is_refused(string line, string option, string pass)
    {
        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => CommandLine
            .Parse(["data", "dedup", "--out", "never", .. line.Split(' ')])
            .Invoke(CommandLine.Invocation)).Problems);

        Assert.Equal(option, problem.Where);
        Assert.StartsWith(pass, problem.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer encode tokenizer.model -hello")]
    [InlineData("launch -n 2 train run.yaml --set schedule.decay=10% --max-time 2h")]
    [InlineData("generate runs/first --prompt -5")]
    public void Words_with_a_dash_are_text_where_text_is_asked_for(string line) =>
        Assert.Empty(CommandLine.Parse(line.Split(' ')).Errors);

    [Fact]
    public void The_help_of_launch_has_no_brackets_that_nobody_has_opened()
    {
        var usage = Invoke(["launch", "--help"]).Split('\n')
            .Single(line => line.Contains(" launch <", StringComparison.Ordinal));

        Assert.Equal(usage.Count(letter => letter == '['), usage.Count(letter => letter == ']'));
        Assert.Contains("train|resume", usage, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_explains_those_with_a_word_in_their_name()
    {
        var told = Invoke(["keys", "clip_norm"]);

        Assert.StartsWith("optimizer.clip_norm: the largest L2 norm of all gradients together", told, Ordinal);
        Assert.Contains("a number from 0 (0: no clipping)", told, Ordinal);
        Assert.Contains("May not change, because it decides the updates", told, Ordinal);
        Assert.All(RunKeys.All, key => Assert.Contains($"{key.Name}: {key.Help}", Invoke(["keys"]), Ordinal));
        var slip = Assert.Throws<ConfigurationException>(() => Invoke(["keys", "recovry"]));
        Assert.Contains("did you mean `recovery`?", slip.Message, Ordinal);
    }

    [Fact]
    public void The_help_names_every_exit_code()
    {
        var help = Invoke(["--help"]);

        Assert.All((int[])[0, 1, 2, 3, 75], code => Assert.Contains($" {code} ", help, StringComparison.Ordinal));
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
