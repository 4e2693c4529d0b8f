using System.Globalization;
using System.Text;

namespace MiniCpmDist.Cli.Figures;

/// <summary>The points of a figure as comma-separated values (RFC 4180), with all their digits.</summary>
internal static class FigureTable
{
    public static string Csv(Figure figure)
    {
        var csv = new StringBuilder("series,run,x,y,reach\n");
        foreach (var series in figure.Series)
        {
            foreach (var point in series.Points)
            {
                csv.AppendJoin(
                    ',', Quoted(series.Name), Quoted(point.Run ?? ""), Number(point.X), Number(point.Y),
                    point.Reach is { } reach ? Number(reach) : "").Append('\n');
            }
        }
        return csv.ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
