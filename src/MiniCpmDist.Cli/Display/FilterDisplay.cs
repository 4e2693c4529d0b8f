using System.Globalization;
using MiniCpmDist.Data.Filtering;

namespace MiniCpmDist.Cli.Display;

/// <summary>Progress of a filter, and what it removed.</summary>
internal sealed class FilterDisplay(Screen screen)
{
    private const int ShownCharacters = 100;
    private readonly WorkDisplay _work = new(screen);
    private bool _begun;

    public void Show(FilterProgress now)
    {
        if (!_begun && now.UnitsBefore > 0)
            screen.Line($"going on: {now.UnitsBefore} of {now.UnitsTotal} units are done");
        _begun = true;
        _work.Show(() => $"filtering: {SizeText.Of(now.BytesDone)} of {SizeText.Of(now.BytesTotal)}"
            + $" | unit {now.UnitsBefore + now.UnitsDone} of {now.UnitsTotal}"
            + $" | {_work.Eta(now.BytesDone, now.BytesTotal)}");
    }

    public void Done(FilterReport report)
    {
        _work.PassedOver(report.PassedOver);
        foreach (var rule in report.Rules)
        {
            screen.Line(
                $"{rule.Name}: {rule.Removed} removed ({Share(rule.Removed, report.Texts)}), "
                + SizeText.Of(rule.RemovedBytes));
            foreach (var sample in rule.Samples)
            {
                var text = sample.Text.ReplaceLineEndings(" ");
                screen.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {sample.Value:0.###}: {(text.Length > ShownCharacters ? text[..ShownCharacters] : text)}"));
            }
        }
        if (report.Kept == 0)
            screen.Line("warning: nothing is left: look at the rule that removed most");
        if (report.Broken > 0)
            screen.Line($"warning: {report.Broken} line(s) gave no text; {CorpusFilter.QuarantineName} lists them");
        _work.Done(
            $"{report.Folder}: {report.Kept} of {report.Texts} texts kept ({Share(report.Kept, report.Texts)}), "
            + $"{SizeText.Of(report.KeptBytes)} of {SizeText.Of(report.TextBytes)}");
    }

    private static string Share(long part, long all) => string.Create(
        CultureInfo.InvariantCulture, $"{(all == 0 ? 0 : 100.0 * part / all):0.##} %");
}
