using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Control;

/// <summary>The verbs of <c>minicpm ctl</c> that change something.</summary>
internal static class SteeringVerbs
{
    private const string AnyRun = "runs/first";

    public static IEnumerable<Command> All() =>
    [
        SetLearningRate(),
        SetBatch(),
        SetMixture(),
        BeginDecay(),
        ExtendStable(),
        Plain(new RunCommand.Checkpoint(), "Saves a checkpoint now."),
        Plain(new RunCommand.Pause(), "Pauses the run between two steps, with everything in memory."),
        Continue(),
        Plain(new RunCommand.Stop(), "Saves a checkpoint and ends the run."),
        Branch(),
    ];

    private static Command Plain(RunCommand command, string description)
    {
        var folder = ControlOptions.Folder();
        return CommandVerb.Create(
            RunCommandFields.NameOf(command), description, AnyRun, [folder], _ => command,
            line => line.GetValue(folder));
    }

    private static Command Continue()
    {
        var command = Plain(new RunCommand.Continue(), "Continues a paused run.");
        command.Aliases.Add("resume");
        return command;
    }

    private static Command SetLearningRate()
    {
        var rate = new Argument<string>("learning-rate")
        {
            Description = "Learning rate of the stable phase, such as 0.005.",
        };
        var folder = ControlOptions.Folder();
        return CommandVerb.Create(
            RunCommand.SetLearningRate.Word, "Changes the learning rate of the warmup and the stable phase.",
            $"0.005 {AnyRun}", [rate, folder],
            line => new RunCommand.SetLearningRate(Number(line.GetValue(rate)!, "the learning rate", "0.005")),
            line => line.GetValue(folder), changesSchedule: true);
    }

    private static Command SetBatch()
    {
        var tokens = new Argument<string>("tokens")
        {
            Description = "Tokens of a step: whole micro-batches, such as 64K.",
        };
        var folder = ControlOptions.Folder();
        var rule = new Option<string>("--lr-rule")
        {
            Description = "How the learning rate follows the number of tokens: none, sqrt or linear.",
            DefaultValueFactory = _ => "none",
        };
        return CommandVerb.Create(
            RunCommand.SetTokenBatch.Word, "Changes the number of tokens in a step.",
            $"65536 {AnyRun} --lr-rule sqrt", [tokens, folder, rule],
            line => new RunCommand.SetTokenBatch(
                Tokens(line.GetValue(tokens)!), Word(line.GetValue(rule)!, "--lr-rule", ScheduleWords.Rules)),
            line => line.GetValue(folder), changesSchedule: true);
    }

    private static Command SetMixture()
    {
        // One list, because a folder may follow any number of shares: what has a `=` is a share.
        var words = new Argument<string[]>("shares")
        {
            Description = "SOURCE=SHARE for each source that is to be read, and the run's folder.",
            Arity = ArgumentArity.OneOrMore,
        };
        var phase = new Option<string>("--phase")
        {
            Description = "Phase whose mixture changes: stable (warmup included) or decay.",
            DefaultValueFactory = _ => "stable",
        };
        return CommandVerb.Create(
            RunCommand.SetMixture.Word, "Changes the shares of the sources in a phase.",
            $"docs=0.7 code=0.3 {AnyRun}", [words, phase],
            line => new RunCommand.SetMixture(
                Word(line.GetValue(phase)!, "--phase", [("stable", PhaseKind.Stable), ("decay", PhaseKind.Decay)]),
                [.. line.GetValue(words)!.Where(IsShare).Select(Share)]),
            line => line.GetValue(words)!.Where(word => !IsShare(word)).ToArray() switch
            {
                [] => null,
                [var folder] => folder,
                var several => throw Problem(
                    "the shares", "SOURCE=SHARE for each, and one folder", string.Join(", ", several),
                        "docs=0.7 code=0.3"),
            },
            changesSchedule: true);
    }

    private static Command BeginDecay()
    {
        var folder = ControlOptions.Folder();
        var length = new Option<string?>("--length")
        {
            Description = "Tokens, steps, or percent of the whole run; the configuration's length if left out.",
        };
        var shape = new Option<string?>("--shape")
        {
            Description = "exponential, linear, 1-sqrt or cosine; the configuration's shape if left out.",
        };
        return CommandVerb.Create(
            RunCommand.BeginDecay.Word, "Ends the stable phase here and lets the learning rate fall.",
            $"{AnyRun} --length 10% --shape 1-sqrt",
            [folder, length, shape],
            line => new RunCommand.BeginDecay(
                line.GetValue(length) is { } text ? Extent.Parse(text) : null,
                line.GetValue(shape) is { } word ? Word(word, "--shape", ScheduleWords.DecayShapes) : null),
            line => line.GetValue(folder), changesSchedule: true);
    }

    private static Command ExtendStable()
    {
        var folder = ControlOptions.Folder();
        var by = new Option<string?>("--by")
        {
            Description = "Tokens or steps to add; if left out, the stable phase lasts until a command ends it.",
        };
        return CommandVerb.Create(
            RunCommand.ExtendStable.Word, "Moves the end of the stable phase.",
            $"{AnyRun} --by \"500 steps\"", [folder, by],
            line => new RunCommand.ExtendStable(line.GetValue(by) is { } text ? Extent.Parse(text) : null),
            line => line.GetValue(folder), changesSchedule: true);
    }

    private static Command Branch()
    {
        var folder = ControlOptions.Folder();
        var name = new Option<string>("--name")
        {
            Description = "Name of the branch; its folder lies beside the run's.",
            Required = true,
        };
        var decay = new Option<string>("--decay")
        {
            Description = "Length of the decay: tokens, steps, or percent of the branch's total.",
            Required = true,
        };
        var launch = new Option<bool>("--launch") { Description = "Start the branch too." };
        return CommandVerb.Create(
            RunCommand.Branch.Word, "Saves a checkpoint and makes a decay branch from it; the run goes on.",
            $"{AnyRun} --name first-decay --decay 10%", [folder, name, decay, launch],
            line => new RunCommand.Branch(
                line.GetValue(name)!, Extent.Parse(line.GetValue(decay)!), line.GetValue(launch)),
            line => line.GetValue(folder));
    }

    private static bool IsShare(string word) => word.Contains('=', StringComparison.Ordinal);

    private static SourceShare Share(string word)
    {
        var at = word.LastIndexOf('=');
        var text = word[(at + 1)..];
        var isPercent = text.EndsWith('%');
        if (!decimal.TryParse(
                isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var share)
            || (isPercent ? share / 100 : share) is not (>= 0 and <= 1))
            throw Problem("the share", "a number from 0 to 1, or from 0% to 100%", word, $"{word[..at]}=0.3");
        return new SourceShare(word[..at],
            (long)Math.Round((isPercent ? share / 100 : share) * SourceOptions.WeightUnit));
    }

    private static double Number(string text, string where, string example) =>
        Quantity.TryParse(text, out var number) ? number : throw Problem(where, "a number", text, example);

    private static long Tokens(string text) =>
        Quantity.TryParse(text, out var number) && number > 0 && Quantity.IsWhole(number)
            ? (long)number
            : throw Problem("the token batch", "a whole number of tokens", text, "65536");

    private static T Word<T>(string text, string where, IReadOnlyList<(string Word, T Value)> words)
    {
        foreach (var (word, value) in words)
        {
            if (word == text)
                return value;
        }

        var known = words.Select(entry => entry.Word).ToArray();
        throw Problem(where, string.Join(" or ", known), text, NearestKey.Of(text, known) ?? known[0]);
    }

    private static ConfigurationException Problem(string where, string expected, string found, string example) =>
        new([new Problem(where, expected, $"`{found}`", $"give such as {example}")]);
}
