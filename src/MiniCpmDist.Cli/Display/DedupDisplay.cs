using System.Globalization;
using MiniCpmDist.Data.Deduplication;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Display;

/// <summary>Progress of a deduplication, and what it has found.</summary>
internal sealed class DedupDisplay(Screen screen)
{
    private const int ShownCharacters = 100;
    private readonly WorkDisplay _work = new(screen);
    private WorkDisplay? _stage;
    private int _step;

    public void Show(DedupProgress now)
    {
        if (now.Step != _step)
        {
            if (now.Before > 0 && now.Before < now.Total)
                screen.Line($"going on: {Size(now, now.Before)} of {Size(now, now.Total)} of {now.Stage} are done");
            (_step, _stage) = (now.Step, new WorkDisplay(screen));
        }
        _stage!.Show(() =>
            $"{now.Stage} (step {now.Step} of {now.Steps}): {Size(now, now.Done)} of {Size(now, now.Total)}"
            + $" | {_stage.Eta(now.Done - now.Before, now.Total - now.Before)} for this step");
    }

    /// <summary>Tells what was found.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="passedOver">Entries that were no regular files.</param>
    /// <param name="isBrief">True where a script has the report.</param>
    public void Done(DedupReport report, IReadOnlyList<PassedOverFile> passedOver, bool isBrief)
    {
        _work.PassedOver(passedOver);
        if (!isBrief)
            Lines(report).ToList().ForEach(screen.Line);
        _work.Done(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Folder}: {report.KeptDocuments} of {report.Documents} documents, "
            + $"{SizeText.Of(report.KeptBytes)} of {SizeText.Of(report.Bytes)} of text"));
    }

    private static IEnumerable<string> Lines(DedupReport report)
    {
        if (report.Against is { } against)
        {
            yield return $"against evaluation sets: {against.Removed} documents removed that share "
                + $"{against.Ngram} words in a row with one of {against.Texts} texts "
                + $"({against.TooShort} are too short to be looked for)";
            foreach (var (file, count) in against.Files)
                yield return $"    {count} because of {file}";
        }
        if (report.Exact is { } exact)
            yield return $"equal texts: {exact} documents removed";
        if (report.Near is { } near)
        {
            yield return $"nearly equal texts: {near.Removed} documents removed, of {near.Clusters} clusters "
                + $"({near.Bands} bands of {near.Rows} rows; {near.Compared} pairs compared, {near.Similar} similar)";
            foreach (var line in near.Largest.SelectMany(Lines))
                yield return line;
        }
        if (report.Substrings is { } cut)
        {
            yield return $"stretches of {cut.Words} words or more: {SizeText.Of(cut.Bytes)} cut out of "
                + $"{cut.Cut + cut.Emptied} documents, {cut.Emptied} of which had nothing else";
        }
        if (report.Quarantined > 0)
            yield return $"{report.Quarantined} line(s) gave no text: {DedupFiles.Quarantine}";
    }

    private static IEnumerable<string> Lines(ClusterReport cluster)
    {
        yield return $"    {cluster.Documents} documents; kept is {Line(cluster.Kept)}";
        foreach (var copy in cluster.Copies)
        {
            var similarity = copy.Similarity is { } known
                ? known.ToString("F3", CultureInfo.InvariantCulture)
                : "over others";
            yield return $"        {similarity}: {Line(copy)}";
        }
    }

    private static string Line(TextReport text)
    {
        var words = string.Join(' ', text.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"{text.File}:{text.Line}: "
            + (words.Length > ShownCharacters ? words[..ShownCharacters] + "..." : words);
    }

    private static string Size(DedupProgress now, long count) =>
        now.IsBytes ? SizeText.Of(count) : count.ToString(CultureInfo.InvariantCulture);
}
