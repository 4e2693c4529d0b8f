using System.Text;

namespace MiniCpmDist.Core.Images;

/// <summary>How the parts of a picture stand in a text, by release of MiniCPM-V: a closed set.</summary>
public enum ImageLayout
{
    /// <summary>
    /// 2.0 and 2.5: the overview between image tags; if there are slices, all of them between one pair of slice tags,
    /// each between image tags, rows on lines; then the end of a line.
    /// </summary>
    OuterSlices,

    /// <summary>2.6: the overview between image tags, each slice between slice tags, rows on lines.</summary>
    TaggedSlices,
}

/// <summary>Writes a picture as pieces of text and places for features.</summary>
public static class ImageLayouts
{
    /// <summary>The mark of the release, for tables and files.</summary>
    public static string Word(ImageLayout layout) => layout == ImageLayout.OuterSlices ? "v2" : "v2.6";

    /// <summary>
    /// The pieces of a picture in order: a tag, the end of a line, or null for one feature of a part.
    /// </summary>
    /// <param name="layout">Of the release.</param>
    /// <param name="plan">The picture's parts.</param>
    /// <param name="queries">Features of each part.</param>
    public static IEnumerable<string?> Pieces(this ImageLayout layout, SlicePlan plan, int queries)
    {
        var slice = layout == ImageLayout.TaggedSlices ? ("<slice>", "</slice>") : s_image;
        foreach (var piece in Part(s_image, queries))
            yield return piece;
        if (layout == ImageLayout.OuterSlices && plan.Slices > 0)
            yield return "<slice>";
        for (var i = 0; i < plan.Slices; i++)
        {
            if (i > 0 && i % plan.Columns == 0)
                yield return "\n";
            foreach (var piece in Part(slice, queries))
                yield return piece;
        }
        if (layout != ImageLayout.OuterSlices)
            yield break;
        if (plan.Slices > 0)
            yield return "</slice>";
        yield return "\n";
    }

    /// <summary>Tokens of a picture where tags and ends of lines are one token each.</summary>
    public static int Tokens(this ImageLayout layout, SlicePlan plan, int queries) =>
        layout.Pieces(plan, queries).Count();

    /// <summary>The picture in a line, features as <c>[64]</c>.</summary>
    public static string Text(this ImageLayout layout, SlicePlan plan, int queries)
    {
        var text = new StringBuilder();
        var features = 0;
        foreach (var piece in layout.Pieces(plan, queries).Append(""))
        {
            if (piece is null)
            {
                features++;
                continue;
            }
            if (features > 0)
                text.Append('[').Append(features).Append(']');
            features = 0;
            text.Append(piece);
        }
        return text.ToString();
    }

    private static readonly (string, string) s_image = ("<image>", "</image>");

    private static IEnumerable<string?> Part((string Open, string Close) tag, int queries) =>
        Enumerable.Repeat<string?>(null, queries).Prepend(tag.Open).Append(tag.Close);
}
