using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>The number that a worked answer ends with, by three published rules.</summary>
public static partial class Gsm8kAnswer
{
    /// <summary>UltraEval: the number after ####, else after the last >> or =, else the last whole number.</summary>
    public static string? UltraEval(string text)
    {
        foreach (var mark in (string[])["####", ">>", "="])
        {
            if (text.LastIndexOf(mark, StringComparison.Ordinal) is >= 0 and var at
                && Number().Match(text, at + mark.Length) is { Success: true } found)
                return Plain(found.Value);
        }
        return Whole().Matches(text) is [.., var last] ? Plain(last.Value) : null;
    }

    /// <summary>lm-evaluation-harness, `strict-match`: the number after ####.</summary>
    public static string? Strict(string text) =>
        AfterHashes().Match(text) is { Success: true } found ? Plain(found.Groups[1].Value) : null;

    /// <summary>lm-evaluation-harness, `flexible-extract`: the last number.</summary>
    public static string? Flexible(string text) =>
        Loose().Matches(text) is [.., var last] ? Plain(last.Value) : null;

    /// <summary>Two numbers that are written in different ways.</summary>
    public static bool AreEqual(string? found, string answer) =>
        found is not null && (found == Plain(answer) || (
            decimal.TryParse(found, Culture, out var left) && decimal.TryParse(Plain(answer), Culture, out var right)
            && left == right));

    private static System.Globalization.CultureInfo Culture => System.Globalization.CultureInfo.InvariantCulture;

    private static string Plain(string number) =>
        number.Trim().Replace(",", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal)
            .TrimEnd('.');

    [GeneratedRegex(@"-?\$?[0-9][0-9,]*(\.[0-9]+)?")]
    private static partial Regex Number();

    [GeneratedRegex("-?[0-9]+")]
    private static partial Regex Whole();

    [GeneratedRegex(@"#### (-?[0-9.,]+)")]
    private static partial Regex AfterHashes();

    [GeneratedRegex(@"(-?[$0-9.,]{2,})|(-?[0-9]+)")]
    private static partial Regex Loose();
}
