using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Cli.Display;

/// <summary>What becomes of a picture, for people.</summary>
internal static class ImageText
{
    public static IEnumerable<string> Lines(
        string file, PixelSize size, SlicePlan plan, SliceRules rules, ImageLayout layout, int queries)
    {
        yield return $"{file}: {size} pixels";
        yield return $"  overview  {Part(plan.Overview, rules)}";
        yield return plan.Slices == 0
            ? "  slices    none"
            : $"  slices    {plan.Columns} x {plan.Rows} of {Part(plan.Slice, rules)}, cut from {plan.Refined}";
        yield return $"  tokens    {layout.Tokens(plan, queries)} in layout {ImageLayouts.Word(layout)}, "
            + $"{plan.Parts * queries} of them features of {plan.Patches(rules.Patch)} patches";
        foreach (var line in layout.Text(plan, queries).TrimEnd('\n').Split('\n'))
            yield return $"  | {line}";
    }

    private static string Part(PixelSize size, SliceRules rules) =>
        $"{size} pixels ({new PixelSize(size.Width / rules.Patch, size.Height / rules.Patch)} patches)";
}
