using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Cli.Quickstart;

/// <summary>
/// Which experiment comes next. An experiment is a trunk <c>quickstart-N</c> and its branch <c>quickstart-N-decay</c>.
/// </summary>
/// <param name="runs">The folder of runs.</param>
internal sealed class ExperimentNumbers(string runs)
{
    private const string Prefix = "quickstart-";

    public static string Trunk(int number) => $"{Prefix}{number.ToString(CultureInfo.InvariantCulture)}";

    public static string Branch(int number) => $"{Trunk(number)}-decay";

    /// <summary>
    /// True where the run came to its end. An interrupted run has no such line, or one before an attempt that was cut
    /// short later; the last event decides.
    /// </summary>
    public bool IsFinished(string name) => JournalFile.HasFinished(new RunFolder(Path.Combine(runs, name)));

    /// <summary>
    /// The newest number whose trunk or branch is unfinished, or the next free one; <paramref name="first"/> at least.
    /// </summary>
    public int Next(int first)
    {
        var newest = Newest();
        return newest < first ? first : IsWhole(newest) ? newest + 1 : newest;
    }

    /// <summary>
    /// The number that the next experiment has at least when the tokens change: those before it are of other tokens,
    /// and an unfinished one among them stays so.
    /// </summary>
    public int Close(Screen screen)
    {
        var newest = Newest();
        if (newest > 0 && !IsWhole(newest))
        {
            screen.Line(
                $"{Path.Combine(runs, Trunk(newest))} is unfinished and of other tokens: it stays as it is, and the "
                + "next run begins anew.");
        }
        return newest + 1;
    }

    private bool IsWhole(int number) => IsFinished(Trunk(number)) && IsFinished(Branch(number));

    private int Newest() => !Directory.Exists(runs)
        ? 0
        : Directory.EnumerateDirectories(runs, $"{Prefix}*")
            .Select(folder => Path.GetFileName(folder)[Prefix.Length..])
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : 0)
            .DefaultIfEmpty()
            .Max();
}
