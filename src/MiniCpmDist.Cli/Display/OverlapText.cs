using System.Globalization;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Cli.Display;

/// <summary>What sources hold out and others train on, for people.</summary>
internal static class OverlapText
{
    /// <summary>A line for each pair of sources with too much in common, or one that says that no pair has.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<SourceOverlap> overlaps)
    {
        var told = overlaps.Where(overlap => overlap.IsWorthAWarning).ToList();
        foreach (var overlap in told)
            yield return Warning(overlap);
        if (overlaps.Count > 0 && told.Count == 0)
            yield return "less than 1 % of what a source holds out is trained on through another";
    }

    private static string Warning(SourceOverlap overlap) => string.Create(CultureInfo.InvariantCulture,
        $"warning: {About(overlap)}{overlap.Share * 100:F1} % of what {overlap.HeldOut} holds out is trained on "
        + $"through {overlap.Train} ({overlap.FoundPassages:N0} of {overlap.Passages:N0} passages, "
        + $"{overlap.FoundNgrams:N0} of {overlap.Ngrams:N0} 12-grams of tokens{Read(overlap)}). Losses on it tell what "
        + $"a model remembers. Leave the texts out of one of them, or build both with the same --held-out.");

    private static string About(SourceOverlap overlap) => overlap.ShareRead < 1 ? "about " : "";

    private static string Read(SourceOverlap overlap) => overlap.ShareRead < 1
        ? string.Create(CultureInfo.InvariantCulture, $", in {overlap.ShareRead * 100:G2} % of the training text")
        : "";
}
