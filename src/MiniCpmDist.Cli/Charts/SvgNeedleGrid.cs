using System.Globalization;
using System.Text;
using MiniCpmDist.Core.Evaluation;
using static MiniCpmDist.Cli.Charts.SvgText;

namespace MiniCpmDist.Cli.Charts;

/// <summary>
/// Grids of right answers over depth and length, one below the other, as one self-contained SVG. A cell has its share
/// in figures, because shades alone cannot be read off.
/// </summary>
internal static class SvgNeedleGrid
{
    private const double Left = 92;
    private const double CellWidth = 64;
    private const double CellHeight = 30;
    private const double TitleHeight = 62;
    private const double Gap = 34;
    private const double Least = 420;

    /// <summary>The document.</summary>
    /// <param name="grids">Name and cells of each model.</param>
    /// <param name="title">Above the grids, and what a screen reader says first.</param>
    public static string Render(IReadOnlyList<(string Name, IReadOnlyList<NeedleCell> Cells)> grids, string title)
    {
        var svg = new StringBuilder();
        var widest = grids.Max(grid => Lengths(grid.Cells).Length);
        var width = Math.Max(Least, Left + widest * CellWidth + 24);
        var height = 52 + grids.Sum(grid => TitleHeight + Depths(grid.Cells).Length * CellHeight + Gap);
        svg.Append("""<svg xmlns="http://www.w3.org/2000/svg" """)
            .Append($"""width="{Number(width)}" height="{Number(height)}" """)
            .Append($"""viewBox="0 0 {Number(width)} {Number(height)}" role="img" aria-labelledby="t">""").Append('\n');
        svg.Append($"""<title id="t">{Escape(title)}</title>""").Append('\n').Append(SvgStyle.Sheet()).Append('\n');
        svg.Append("""<rect class="paper" width="100%" height="100%"/>""").Append('\n');
        svg.Append($"""<text class="title" x="16" y="30">{Escape(Shorten(title, 80))}</text>""").Append('\n');
        var top = 52.0;
        foreach (var (index, (name, cells)) in grids.Index())
        {
            Append(svg, name, cells, index, top);
            top += TitleHeight + Depths(cells).Length * CellHeight + Gap;
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Append(StringBuilder svg, string name, IReadOnlyList<NeedleCell> cells, int index, double top)
    {
        var (lengths, depths) = (Lengths(cells), Depths(cells));
        var all = Percent(NeedleCell.AccuracyOf(cells));
        svg.Append($"""<text x="16" y="{Number(top + 16)}">{Escape(Shorten(name, 60))}: {all} % right</text>""")
            .Append('\n');
        for (var column = 0; column < lengths.Length; column++)
        {
            svg.Append($"""<text class="small muted" text-anchor="middle" x="{Number(Middle(column))}" """)
                .Append($"""y="{Number(top + TitleHeight - 8)}">{lengths[column]}</text>""").Append('\n');
        }
        svg.Append($"""<text class="small muted" x="16" y="{Number(top + TitleHeight - 8)}">depth</text>""")
            .Append('\n');
        foreach (var cell in cells)
        {
            var (row, column) = (Array.IndexOf(depths, cell.Depth), Array.IndexOf(lengths, cell.Length));
            var (x, y) = (Left + column * CellWidth, top + TitleHeight + row * CellHeight);
            if (column == 0)
            {
                svg.Append($"""<text class="small muted" x="16" y="{Number(y + 20)}">{Percent(cell.Depth)} %</text>""")
                    .Append('\n');
            }
            var shade = (0.08 + 0.62 * cell.Accuracy).ToString("0.##", CultureInfo.InvariantCulture);
            svg.Append($"""<g class="{SvgStyle.ColorClass(index)}"><rect x="{Number(x + 1)}" y="{Number(y + 1)}" """)
                .Append($"""width="{Number(CellWidth - 2)}" height="{Number(CellHeight - 2)}" fill="currentColor" """)
                .Append($"""fill-opacity="{shade}"/></g><text text-anchor="middle" x="{Number(Middle(column))}" """)
                .Append($"""y="{Number(y + 20)}">{Percent(cell.Accuracy)}</text>""").Append('\n');
        }
    }

    private static double Middle(int column) => Left + (column + 0.5) * CellWidth;

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture);

    private static int[] Lengths(IReadOnlyList<NeedleCell> cells) =>
        [.. cells.Select(cell => cell.Length).Distinct().Order()];

    private static double[] Depths(IReadOnlyList<NeedleCell> cells) =>
        [.. cells.Select(cell => cell.Depth).Distinct().Order()];
}
