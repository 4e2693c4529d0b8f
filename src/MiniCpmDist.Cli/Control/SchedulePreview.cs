using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Cli.Control;

/// <summary>A schedule before and after a command, from where the run stands.</summary>
/// <param name="Tokens">Sequence positions consumed.</param>
/// <param name="Before">What the run follows.</param>
/// <param name="After">What it would follow.</param>
internal sealed record SchedulePreview(long Tokens, LiveSchedule Before, LiveSchedule After)
{
    private const string Open = "until told";

    /// <summary>Where the pictures end: a quarter beyond the last thing that is known to happen.</summary>
    public long End
    {
        get
        {
            var known = new[] { Before, After }
                .Select(schedule => schedule.Options.StableIsOpen
                    ? Math.Max(Tokens, schedule.Options.Warmup) * 5 / 4
                    : schedule.EndAfter(Tokens)!.Value.Tokens)
                .Max();
            return Math.Max(known, Tokens + Before.Options.TokenBatch);
        }
    }

    /// <summary>The learning rate over the tokens at the ends of steps.</summary>
    public IEnumerable<(long Tokens, double Rate)> Curve(LiveSchedule schedule, int points)
    {
        var course = schedule.From(Tokens);
        var last = Math.Min(End, course.TotalTokens);
        return Enumerable.Range(1, points)
            .Select(index => (long)((double)End * index / points))
            .TakeWhile(tokens => tokens <= last + End / points)
            .Select(tokens => (tokens, course.At(Math.Min(tokens, last))));
    }

    /// <summary>Both, line by line; what differs is marked.</summary>
    public IEnumerable<string> Table()
    {
        (string Name, string Before, string After)[] rows =
        [
            ("", "before", "after"),
            .. Rows(Before).Zip(Rows(After), (before, after) => (before.Name, before.Value, after.Value)),
        ];
        var name = rows.Max(row => row.Name.Length);
        var before = rows.Max(row => row.Before.Length);
        return rows.Select(row =>
            $"  {row.Name.PadRight(name)}  {row.Before.PadRight(before)}  {row.After}"
            + (row.Name.Length > 0 && row.Before != row.After ? "   <" : ""));
    }

    private IEnumerable<(string Name, string Value)> Rows(LiveSchedule schedule)
    {
        var options = schedule.Options;
        var course = schedule.From(Tokens);
        var isWsd = options.Shape == ScheduleShape.Wsd;
        yield return ("learning rate", options.LearningRate.ToString("R", CultureInfo.InvariantCulture));
        yield return ("token batch", Text(options.TokenBatch));
        yield return ("warmup ends at", Text(options.Warmup));
        yield return ("stable phase ends at", options.StableIsOpen ? Open : isWsd ? Text(course.DecayStart) : "none");
        yield return ("decay", options.StableIsOpen || options.Decay == 0
            ? "none" : $"{Text(options.Decay)}, {ScheduleWords.Of(options.DecayShape)} to {options.FinalRatio:P0}");
        var end = schedule.EndAfter(Tokens);
        yield return ("run ends at", end is { } at ? Text(at.Tokens) : Open);
        yield return ("steps from here", end?.Steps.ToString(CultureInfo.InvariantCulture) ?? Open);
        yield return ("mixture", Text(schedule.Stable));
        yield return ("mixture of the decay", Text(schedule.Decay));
    }

    private static string Text(long tokens) => ProgressText.Tokens(tokens);

    private static string Text(IReadOnlyList<SourceShare> shares)
    {
        var sum = Math.Max(1, shares.Sum(share => share.Weight));
        return string.Join(", ", shares.Where(share => share.Weight > 0).Select(share => string.Create(
            CultureInfo.InvariantCulture, $"{share.Source} {100.0 * share.Weight / sum:0.#}%")));
    }
}
