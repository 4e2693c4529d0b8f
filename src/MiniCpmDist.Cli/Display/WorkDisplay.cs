using System.Diagnostics;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Display;

/// <summary>
/// Progress of long work that is not training: a live line on a terminal, a line every few seconds elsewhere.
/// </summary>
internal sealed class WorkDisplay(Screen screen)
{
    private static readonly TimeSpan s_liveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_plainInterval = TimeSpan.FromSeconds(10);
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();

    /// <summary>Shows <paramref name="text"/> when it is time to; called as often as the work likes.</summary>
    public void Show(Func<string> text)
    {
        if (_sinceShown.Elapsed < (screen.IsTerminal ? s_liveInterval : s_plainInterval))
            return;
        _sinceShown.Restart();
        if (screen.IsTerminal)
            screen.Live(text());
        else
            screen.Line(text());
    }

    /// <summary>Warns of what was left out; a folder of devices does not fill the screen.</summary>
    public void PassedOver(IReadOnlyList<PassedOverFile> files)
    {
        const int MostTold = 10;
        foreach (var file in files.Take(MostTold))
            screen.Line($"warning: left out: {file}");
        if (files.Count > MostTold)
            screen.Line($"warning: and {files.Count - MostTold} more that are no regular files");
    }

    /// <summary>Writes the last line, which stays.</summary>
    public void Done(string text) => screen.Line($"{text} in {ProgressText.Span(_sinceStart.Elapsed)}");

    /// <summary>Time left when <paramref name="done"/> of <paramref name="total"/> is done.</summary>
    public string Eta(double done, double total) =>
        done <= 0 ? "ETA unknown" : "ETA " + ProgressText.Span(_sinceStart.Elapsed * ((total - done) / done));
}
