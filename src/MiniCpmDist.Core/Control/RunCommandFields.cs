using System.Globalization;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Control;

/// <summary>
/// Commands as flat keys and values: one spelling for the journal, the coordinator's log and the word between ranks.
/// </summary>
public static class RunCommandFields
{
    private const string Kind = "command";

    // Shares are parts of a whole; what is far above would not fit a number.
    private const decimal LargestShare = 1_000_000;

    /// <summary>The name that <c>minicpm ctl</c> gives a command.</summary>
    public static string NameOf(RunCommand command) => (string)Write(command)[0].Value!;

    /// <summary>Key and value, the command's name first.</summary>
    public static IReadOnlyList<(string Key, object? Value)> Write(RunCommand command) => command switch
    {
        RunCommand.Checkpoint => [(Kind, "checkpoint")],
        RunCommand.Stop => [(Kind, "stop")],
        RunCommand.Pause => [(Kind, "pause")],
        RunCommand.Continue => [(Kind, "continue")],
        RunCommand.SetLearningRate change => [(Kind, "set-lr"), ("learning_rate", Number(change.LearningRate))],
        RunCommand.SetTokenBatch change =>
            [(Kind, "set-batch"), ("token_batch", change.Tokens), ("lr_rule", ScheduleText.Of(change.Rule))],
        RunCommand.SetMixture change =>
            [(Kind, "set-mixture"), ("mixture_phase", PhaseName.Of(change.Phase)), ("shares", Write(change.Shares))],
        RunCommand.BeginDecay change =>
        [
            (Kind, "begin-decay"),
            ("length", change.Length?.ToString()),
            ("decay_shape", change.Shape is { } shape ? ScheduleText.Of(shape) : null),
        ],
        RunCommand.ExtendStable change => [(Kind, "extend-stable"), ("by", change.By?.ToString())],
        RunCommand.Branch change =>
            [(Kind, "branch"), ("branch", change.Name), ("decay", change.Decay.ToString()), ("launch", change.Launch)],
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "A command without a spelling."),
    };

    /// <exception cref="FormatException">A key is missing, or its value has another form.</exception>
    public static RunCommand Parse(IReadOnlyDictionary<string, object?> fields) => Required<string>(fields, Kind) switch
    {
        "checkpoint" => new RunCommand.Checkpoint(),
        "stop" => new RunCommand.Stop(),
        "pause" => new RunCommand.Pause(),
        "continue" => new RunCommand.Continue(),
        "set-lr" => new RunCommand.SetLearningRate(
            Convert.ToDouble(Required<object>(fields, "learning_rate"), CultureInfo.InvariantCulture)),
        "set-batch" => new RunCommand.SetTokenBatch(
            Required<long>(fields, "token_batch"), Choice(fields, "lr_rule", ScheduleText.Rules)),
        "set-mixture" => new RunCommand.SetMixture(
            PhaseName.Parse(Required<string>(fields, "mixture_phase")),
            ParseShares(Required<string>(fields, "shares"))),
        "begin-decay" => new RunCommand.BeginDecay(
            Length(fields, "length"),
            fields.GetValueOrDefault("decay_shape") is null
                ? null
                : Choice(fields, "decay_shape", ScheduleText.DecayShapes)),
        "extend-stable" => new RunCommand.ExtendStable(Length(fields, "by")),
        "branch" => new RunCommand.Branch(
            Required<string>(fields, "branch"), Length(fields, "decay") ?? throw Wrong("decay", null),
            Required<bool>(fields, "launch")),
        var name => throw new FormatException($"expected a command, found `{name}`."),
    };

    /// <summary>JSON has no infinity, and a refused command is journaled like any other.</summary>
    private static object Number(double value) =>
        double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);

    private static string Write(IReadOnlyList<SourceShare> shares) =>
        string.Join(' ', shares.Select(share => $"{share.Source}={SourceWeight.Write(share.Weight)}"));

    private static List<SourceShare> ParseShares(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.LastIndexOf('=') is > 0 and var at
            && decimal.TryParse(
                part.AsSpan(at + 1), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture, out var share)
            && Math.Abs(share) <= LargestShare
            ? new SourceShare(part[..at], (long)Math.Round(share * SourceOptions.WeightUnit))
            : throw Wrong("shares", text)),
    ];

    private static Extent? Length(IReadOnlyDictionary<string, object?> fields, string key) =>
        fields.GetValueOrDefault(key) switch
        {
            null => null,
            string text when Extent.TryParse(text, out var extent) => extent,
            var value => throw Wrong(key, value),
        };

    private static T Choice<T>(
        IReadOnlyDictionary<string, object?> fields, string key, IReadOnlyList<(string Word, T Value)> words)
    {
        var word = Required<string>(fields, key);
        foreach (var entry in words)
        {
            if (entry.Word == word)
                return entry.Value;
        }
        throw Wrong(key, word);
    }

    private static T Required<T>(IReadOnlyDictionary<string, object?> fields, string key) =>
        fields.GetValueOrDefault(key) is T value ? value : throw Wrong(key, fields.GetValueOrDefault(key));

    private static FormatException Wrong(string key, object? value) => new($"`{value}` is no value of `{key}`.");
}
