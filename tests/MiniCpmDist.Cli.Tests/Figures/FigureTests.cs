using System.Buffers.Binary;
using System.Xml.Linq;
using MiniCpmDist.Cli.Figures;

namespace MiniCpmDist.Cli.Tests.Figures;

public class FigureTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private readonly Figure _figure = new(
        "lr-mup", "muP <one>", new FigureAxis("learning rate", IsLogarithmic: true), new FigureAxis("loss"),
        [
            new FigureSeries(
                "s, \"wide\"", 0,
                [
                    new FigurePoint(0.01, 3.25, "lr-s-0.01"), new FigurePoint(0.02, double.NaN, "lr-s-0.02"),
                    new FigurePoint(0.04, 3.5, "gone", 0.25),
                ]),
            new FigureSeries("law", 1, [new FigurePoint(0.01, 3), new FigurePoint(0.04, 4)], SeriesStyle.DashedLine),
        ]);

    [Fact]
    public void Every_measured_point_that_can_be_shown_leads_to_its_run_and_a_law_leads_nowhere()
    {
        using var drawing = new FigureDrawing(_figure);
        var svg = XElement.Parse(drawing.Svg(run => run == "gone" ? null : $"../{run}/"));
        var marks = svg.Descendants(s_svg + "circle").ToList();
        Assert.Equal(["lr-s-0.01: 0.01, 3.25", "gone: 0.04, 3.5"], marks.Select(mark => mark.Value));
        Assert.Equal("../lr-s-0.01/", marks[0].Parent!.Attribute("href")!.Value);
        Assert.Equal(svg, marks[1].Parent);
    }

    [Fact]
    public void A_larger_loss_lies_higher_and_equal_factors_are_equally_far_apart()
    {
        var figure = _figure with
        {
            Series =
            [
                new FigureSeries(
                    "", 0,
                    [
                        new FigurePoint(0.01, 1, "a"), new FigurePoint(0.02, 2, "b"), new FigurePoint(0.04, 3, "c"),
                    ]),
            ],
        };
        using var drawing = new FigureDrawing(figure);
        var marks = XElement.Parse(drawing.Svg(_ => null)).Descendants(s_svg + "circle").ToList();
        double[] x = [.. marks.Select(mark => (double)mark.Attribute("cx")!)];
        double[] y = [.. marks.Select(mark => (double)mark.Attribute("cy")!)];
        Assert.Equal(x[1] - x[0], x[2] - x[1], 0.2);
        Assert.True(y[0] > y[1] && y[1] > y[2] && x[0] < x[1]);
    }

    [Fact]
    public void Two_figures_of_one_page_share_no_name_that_their_drawings_refer_to()
    {
        using var one = new FigureDrawing(_figure);
        using var other = new FigureDrawing(_figure with { Name = "lr-standard" });
        Assert.Empty(Ids(one).Intersect(Ids(other)));

        static IEnumerable<string> Ids(FigureDrawing drawing) => XElement.Parse(drawing.Svg(_ => null))
            .Descendants().Select(element => element.Attribute("id")?.Value).OfType<string>();
    }

    [Fact]
    public void A_picture_is_a_png_of_the_announced_size()
    {
        using var drawing = new FigureDrawing(_figure);
        var png = drawing.Png();
        Assert.Equal("\x89PNG\r\n\x1a\n", string.Concat(png.Take(8).Select(one => (char)one)));
        Assert.Equal(FigureDrawing.Width, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(FigureDrawing.Height, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    [Fact]
    public void A_table_has_all_points_with_all_digits_and_quotes_what_has_commas()
    {
        var figure = _figure with
        {
            Series = [.. _figure.Series.Append(new FigureSeries("", 0, [new FigurePoint(1.0 / 3, 2e10)]))],
        };
        var lines = FigureTable.Csv(figure).Split('\n');
        Assert.Equal("series,run,x,y,reach", lines[0]);
        Assert.Equal("\"s, \"\"wide\"\"\",lr-s-0.01,0.01,3.25,", lines[1]);
        Assert.Equal("\"s, \"\"wide\"\"\",gone,0.04,3.5,0.25", lines[3]);
        Assert.Equal(",,0.3333333333333333,20000000000,", lines[6]);
    }

    [Theory]
    [InlineData(0.0025, 0.04, "0.005 0.01 0.02")]
    [InlineData(1e3, 1e9, "1000 10000 100000 1000000 10000000 100000000 1000000000")]
    [InlineData(5.1, 6.9, "5.2 5.4 5.6 5.8 6 6.2 6.4 6.6 6.8")]
    public void A_logarithmic_axis_has_ticks_also_where_it_spans_less_than_a_decade(
        double low, double high, string expected)
    {
        var ticks = new FigureAxis("x", IsLogarithmic: true).Ticks(low, high);
        Assert.Equal(expected, string.Join(' ', ticks.Select(tick => FormattableString.Invariant($"{tick:G10}"))));
    }
}
