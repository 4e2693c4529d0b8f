using System.Globalization;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Cli.Display;

/// <summary>Tokenizers side by side: a column for each, and a row for each source.</summary>
internal static class TokenizerText
{
    public static IEnumerable<string> Lines(IReadOnlyList<TokenizerUse> uses)
    {
        string[] names = Names(uses);
        var sources = uses[0].Sources.Select(source => source.Name).ToArray();
        var rows = new List<string[]> { (string[])["", .. names], Row("pieces", uses, use => $"{use.Pieces}") };
        AddTable("bytes per token", use => use.BytesPerToken, 3, 1);
        rows.Add(Row("  average of the sources", uses, use => Number(
            use.Sources.Average(source => source.BytesPerToken), 3, 1)));
        AddTable("tokens per word", use => use.Fertility, 3, 1);
        AddTable("byte fallback, % of tokens", use => use.FallbackShare, 3, 100);
        rows.Add(Row("unused pieces", uses, use => $"{use.UnusedPieces}"));
        rows.Add(Row("MB/s on one thread", uses, use => Number(use.All.Bytes / 1e6 / use.Seconds, 2, 1)));
        var widths = Enumerable.Range(0, names.Length + 1)
            .Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0))
            .ToArray();
        foreach (var row in rows)
        {
            yield return string.Join("  ", row.Select((cell, column) => column == 0
                ? cell.PadRight(widths[0])
                : cell.PadLeft(widths[column]))).TrimEnd();
        }
        foreach (var source in uses[0].Sources)
        {
            yield return $"{source.Name}: {source.Documents} texts, {SizeText.Of(source.Bytes)}"
                + (source.TooLong > 0 ? $"; {source.TooLong} left out, too long for one of the tokenizers" : "");
        }

        void AddTable(string title, Func<TokenizerUse.Source, double> of, int digits, double factor)
        {
            rows.Add([title]);
            foreach (var (index, source) in sources.Index())
                rows.Add(Row($"  {source}", uses, use => Number(of(use.Sources[index]), digits, factor)));
            if (sources.Length > 1)
                rows.Add(Row("  all", uses, use => Number(of(use.All), digits, factor)));
        }
    }

    // The names of the files where they differ, otherwise the paths.
    private static string[] Names(IReadOnlyList<TokenizerUse> uses)
    {
        string[] names = [.. uses.Select(use => Path.GetFileName(use.Model))];
        return names.Distinct().Count() == names.Length ? names : [.. uses.Select(use => use.Model)];
    }

    private static string[] Row(string title, IReadOnlyList<TokenizerUse> uses, Func<TokenizerUse, string> of) =>
        [title, .. uses.Select(of)];

    private static string Number(double value, int digits, double factor) =>
        double.IsFinite(value) ? (value * factor).ToString($"F{digits}", CultureInfo.InvariantCulture) : "-";
}
