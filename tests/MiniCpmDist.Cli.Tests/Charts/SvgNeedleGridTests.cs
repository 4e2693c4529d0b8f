using System.Xml.Linq;
using MiniCpmDist.Cli.Charts;
using MiniCpmDist.Cli.Evaluation;
using MiniCpmDist.Core.Evaluation;

namespace MiniCpmDist.Cli.Tests.Charts;

public sealed class SvgNeedleGridTests
{
    private static readonly NeedleCell[] s_cells =
    [
        new(512, 0, 4, 4, 0.1), new(512, 0.5, 3, 4, 0.2), new(512, 1, 4, 4, 0.1),
        new(16384, 0, 0, 4, 5.5), new(16384, 0.5, 1, 4, 4.5), new(16384, 1, 4, 4, 0.5),
    ];

    [Fact]
    public void Every_cell_of_every_grid_is_a_rectangle_with_its_share_in_figures()
    {
        var svg = XDocument.Parse(SvgNeedleGrid.Render([("before <1>", s_cells), ("after", s_cells)], "pass keys"));
        XNamespace space = "http://www.w3.org/2000/svg";

        // Each cell, and the paper.
        Assert.Equal(2 * 6 + 1, svg.Descendants(space + "rect").Count());
        var texts = svg.Descendants(space + "text").Select(text => text.Value).ToList();
        Assert.Contains("before <1>: 66.7 % right", texts);
        Assert.Equal(2, texts.Count(text => text == "16384"));
        Assert.Equal(2 * 3, texts.Count(text => text == "100"));
        var (width, height) = (Number(svg.Root!, "width"), Number(svg.Root!, "height"));
        Assert.All(svg.Descendants(space + "rect").Skip(1), cell =>
        {
            Assert.InRange(Number(cell, "x") + Number(cell, "width"), 0, width);
            Assert.InRange(Number(cell, "y") + Number(cell, "height"), 0, height);
        });
    }

    [Fact]
    public void A_table_has_a_line_for_each_length_with_its_share_over_all_depths()
    {
        var lines = NeedleText.Lines(s_cells).ToArray();

        Assert.Equal(3, lines.Length);
        Assert.Equal(["tokens", "@0%", "@50%", "@100%", "all", "nats"], Words(lines[0]));
        Assert.Equal(["512", "100", "75", "100", "91.7", "0.133"], Words(lines[1]));
        Assert.Equal(["16384", "0", "25", "100", "41.7", "3.500"], Words(lines[2]));
    }

    [Fact]
    public void Depths_go_from_the_beginning_to_the_end_and_a_single_one_is_in_the_middle()
    {
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], NeedleCell.Depths(5));
        Assert.Equal([0.5], NeedleCell.Depths(1));
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
}
