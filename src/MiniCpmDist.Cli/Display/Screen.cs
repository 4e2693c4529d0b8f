using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Display;

/// <summary>
/// Where text goes and what it can do there: a terminal has one live line, anything else gets plain lines.
/// </summary>
internal sealed class Screen(TextWriter output, bool isTerminal, int width)
{
    private const int DefaultWidth = 100;
    private bool _lineIsLive;

    public bool IsTerminal { get; } = isTerminal;

    /// <summary>Width in columns.</summary>
    public int Width { get; } = width;

    /// <summary>
    /// Standard output. Under mpirun it is a pipe even if a person sits behind it, so the launcher says what it saw.
    /// </summary>
    public static Screen FromEnvironment()
    {
        var isTerminal = Environment.GetEnvironmentVariable("MINICPM_TERMINAL") switch
        {
            "1" => true,
            "0" => false,
            // Open MPI gives each rank a terminal of its own, even if nobody reads it: without word from the launcher
            // there is none.
            _ => !Console.IsOutputRedirected && RankWorld.Current is null or { WorldSize: 1 },
        };
        var width = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) ? columns
            : Console.IsOutputRedirected ? DefaultWidth
            : Console.WindowWidth;
        return new Screen(PlainConsole.Raw, isTerminal, Math.Max(40, width));
    }

    /// <summary>Standard error, for commands whose output a script reads.</summary>
    public static Screen OfErrors() => new(Console.Error, isTerminal: false, DefaultWidth);

    /// <summary>Writes a line that stays above the live one.</summary>
    public void Line(string text) => Drawing(PlainText.Lines(text));

    /// <summary>Writes a line that says what comes next, after an empty one.</summary>
    public void Headline(string text) => Line($"\n== {text} ==");

    /// <summary>Writes a drawing that stays: its colors reach the terminal. Nothing in it comes from others.</summary>
    public void Drawing(string text)
    {
        DisplayOutput.Line(output, (_lineIsLive ? "\r\u001b[K" : "") + text);
        _lineIsLive = false;
    }

    /// <summary>Replaces the live line; only on a terminal.</summary>
    public void Live(string text)
    {
        text = PlainText.Of(text);
        DisplayOutput.Write(output, "\r" + (text.Length < Width ? text : text[..(Width - 1)]) + "\u001b[K");
        _lineIsLive = true;
    }
}
