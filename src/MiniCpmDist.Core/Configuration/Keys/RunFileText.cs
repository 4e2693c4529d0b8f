using System.Globalization;
using System.Text;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The text of a run file as it grows, line by line.</summary>
/// <param name="schedule">Of the run: says how many steps a length is.</param>
internal sealed class RunFileText(ScheduleOptions schedule)
{
    private readonly StringBuilder _text = new();
    private string _indentation = "";
    private string? _first;

    public void Line(string key, string value)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{_first ?? _indentation}{key}: {value}\n");
        _first = null;
    }

    public void Section(string key, Action writeKeys)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{_indentation}{key}:\n");
        Within("  ", writeKeys);
    }

    /// <summary>An item of a list: a mapping of at least one key.</summary>
    public void Item(Action writeKeys)
    {
        _first = _indentation + "- ";
        Within("  ", writeKeys);
    }

    public void Interval(string key, Interval? every)
    {
        if (every is not { } interval)
            Line(key, TokenAxis.Never);
        else if (interval.InSteps)
            Line(key, Steps(interval.Count));
        else
            Length(key, interval.Count);
    }

    /// <summary>
    /// Writes a length in tokens, because steps change their length with the batch. A comment gives the steps for the
    /// reader. With stages there is no comment: how many steps a length has depends on where it lies.
    /// </summary>
    public void Length(string key, long tokens)
    {
        var (steps, rest) = Math.DivRem(tokens, schedule.TokenBatch);
        var isWhole = rest == 0 && steps > 0 && schedule.Batches.Stages.Count == 0;
        Line(key, Tokens(tokens) + (isWhole ? "  # " + Steps(steps) : ""));
    }

    public override string ToString() => _text.ToString();

    /// <summary>How a number of tokens is spelled.</summary>
    public static string Tokens(long tokens) => string.Create(CultureInfo.InvariantCulture, $"{tokens} tokens");

    private static string Steps(long steps) =>
        string.Create(CultureInfo.InvariantCulture, $"{steps} {(steps == 1 ? "step" : "steps")}");

    private void Within(string indentation, Action writeKeys)
    {
        var outer = _indentation;
        _indentation += indentation;
        writeKeys();
        _indentation = outer;
    }
}
