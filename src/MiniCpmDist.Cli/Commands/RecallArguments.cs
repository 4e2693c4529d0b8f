using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recall;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Commands;

/// <summary>Options of made-up documents, for making them and for asking a model.</summary>
internal static class RecallArguments
{
    // The longest sequence of a data folder.
    private const int Longest = 1 << 20;

    public static Option<string> Lengths(string standard, string name = "--tokens") => new(name)
    {
        DefaultValueFactory = _ => standard,
    };

    public static Option<int> Needles(string description, int standard) => new Option<int>("--needles")
    {
        Description = description,
        DefaultValueFactory = _ => standard,
    }.Within(1, RecallMaker.MostNeedles);

    /// <exception cref="ConfigurationException">One of them is no kind.</exception>
    public static IReadOnlyList<RecallKind> ReadKinds(string option, string text) =>
        Read(option, text, $"kinds such as {string.Join(',', RecallWords.Kinds.Select(kind => kind.Word))}", word =>
            RecallWords.Kinds.Where(kind => kind.Word == word).Select(kind => (RecallKind?)kind.Value)
                .FirstOrDefault());

    /// <exception cref="ConfigurationException">One of them is no length.</exception>
    public static IReadOnlyList<int> ReadLengths(string option, string text) =>
        Read(option, text, $"lengths in tokens up to {Longest} such as 512,4096", word =>
            Quantity.TryParse(word, out var number) && Quantity.IsWhole(number) && number is >= 2 and <= Longest
                ? (int)number
                : (int?)null);

    private static List<T> Read<T>(string option, string text, string expected, Func<string, T?> read) where T : struct
    {
        var problems = new ProblemCollector();
        var found = new List<T>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (read(word) is { } value)
                found.Add(value);
            else
                problems.Add(option, expected, $"`{word}`", $"for example {option} {expected.Split(' ')[^1]}");
        }
        problems.Require(
            found.Distinct().Count() == found.Count, option, "each of them once", $"`{text}`", "name each once");
        problems.ThrowIfAny();
        return found;
    }
}
