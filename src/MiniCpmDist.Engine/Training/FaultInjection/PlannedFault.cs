using System.Globalization;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Engine.Training.FaultInjection;

/// <summary>A fault that a test has planned.</summary>
/// <param name="Rank">The rank that it strikes; for <see cref="FaultAction.Poison"/> every one that reads the
/// sequence.</param>
/// <param name="Step">The step, or the one whose checkpoint is saved.</param>
/// <param name="Place">Where in it.</param>
/// <param name="Action">What happens.</param>
/// <param name="Once">It strikes only while there is no such file, and makes it; null for once in each process.</param>
public sealed record PlannedFault(int Rank, long Step, FaultPlace Place, FaultAction Action, string? Once)
{
    private const string Example = "rank=1 step=5 at=collective do=kill";

    private static readonly (string Word, FaultAction Value)[] s_actions =
    [
        ("kill", FaultAction.Kill), ("stop", FaultAction.Stop), ("flip", FaultAction.Flip),
        ("poison", FaultAction.Poison),
    ];

    private static readonly (string Word, FaultPlace Value)[] s_places =
    [
        ("step", FaultPlace.Step), ("collective", FaultPlace.Collective), ("write", FaultPlace.Write),
        ("commit", FaultPlace.Commit), ("published", FaultPlace.Published),
    ];

    /// <summary>Reads faults as <c>KEY=VALUE KEY=VALUE; KEY=VALUE ...</c>.</summary>
    /// <param name="text">Such as <c>rank=1 step=5 at=collective do=kill; step=7 do=poison</c>.</param>
    /// <param name="where">Of the text, for what is wrong with it.</param>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public static IReadOnlyList<PlannedFault> ParseAll(string text, string where)
    {
        var faults = new ProblemCollector();
        PlannedFault[] planned =
        [
            .. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(part => Parse(part, where, faults)),
        ];
        faults.ThrowIfAny();
        return planned;
    }

    private static PlannedFault Parse(string text, string where, ProblemCollector faults)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split('=', 2);
            faults.Require(
                parts is ["rank" or "step" or "at" or "do" or "once", not ""] && values.TryAdd(parts[0], parts[1]),
                where, "each of rank=, step=, at=, do= and once= at most once", $"`{word}`",
                $"write such as `{Example}`");
        }
        var action = Word("do", s_actions, FaultAction.Kill, isRequired: true);
        var place = Word("at", s_places, FaultPlace.Step, isRequired: action is FaultAction.Kill or FaultAction.Stop);
        var rank = Number("rank", isRequired: action != FaultAction.Poison);
        faults.Require(
            action is FaultAction.Kill or FaultAction.Stop || !values.ContainsKey("at"), where,
            "at= beside do=kill or do=stop only", $"`{text}`",
            "remove it: a flip comes after the step, poison with its data");
        faults.Require(
            place is not (FaultPlace.Commit or FaultPlace.Published) || rank == 0, where,
            "rank=0 for at=commit and at=published, which no other rank does", $"`{text}`", "write rank=0");
        var step = Number("step", isRequired: true);
        return new PlannedFault((int)rank, step, place, action, values.GetValueOrDefault("once"));

        T Word<T>(string key, (string Word, T Value)[] words, T standard, bool isRequired)
        {
            var found = words.Where(word => word.Word == values.GetValueOrDefault(key)).ToArray();
            faults.Require(
                found.Length == 1 || (!isRequired && !values.ContainsKey(key)), where,
                $"{key}={string.Join('|', words.Select(word => word.Word))}", $"`{text}`",
                $"write such as `{Example}`");
            return found is [var (_, value)] ? value : standard;
        }

        long Number(string key, bool isRequired)
        {
            var isNumber = long.TryParse(
                values.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            faults.Require(
                isNumber || (!isRequired && !values.ContainsKey(key)), where, $"{key}=NUMBER", $"`{text}`",
                $"write such as `{Example}`");
            return number;
        }
    }
}
