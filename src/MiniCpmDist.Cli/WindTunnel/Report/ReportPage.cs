using System.Globalization;
using System.Text;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Figures;
using MiniCpmDist.Runs.WindTunnel;
using static MiniCpmDist.Cli.Charts.SvgText;

namespace MiniCpmDist.Cli.WindTunnel.Report;

/// <summary>
/// The page of a report: one file with everything in it, no script, and no address but those of runs and of the
/// pictures beside it.
/// </summary>
internal static class ReportPage
{
    /// <summary>What tells a report from a page of another program.</summary>
    public const string Mark = "<meta name=\"generator\" content=\"minicpm tunnel report\">";

    private const string Style = """
        body{font:15px/1.45 system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;color:#24292f;background:#fff;
        max-width:70rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem;border-bottom:1px solid #e4e7eb}
        table{border-collapse:collapse;font-size:13px}td,th{padding:.15rem .6rem;text-align:right}
        td:first-child,th:first-child{text-align:left}tr+tr{border-top:1px solid #eef0f2}
        pre{background:#f6f7f8;padding:.7rem;white-space:pre-wrap;font-size:12.5px}
        figure{margin:1rem 0}figure svg{max-width:100%;height:auto}figcaption{font-size:12.5px;color:#59626c}
        .mark{fill:transparent;stroke:none}a:hover .mark,a:focus .mark{stroke:#000;stroke-width:1.5}
        progress{width:14rem;vertical-align:middle}.problem{color:#a40000}
        """;

    /// <param name="title">Above the page.</param>
    /// <param name="experiments">The groups of runs.</param>
    /// <param name="others">Runs of no experiment.</param>
    /// <param name="otherFigures">Figures of these.</param>
    /// <param name="problems">What could not be read.</param>
    /// <param name="svgOf">A figure as markup.</param>
    /// <param name="linkOf">The address of a run.</param>
    public static string Html(
        string title, IReadOnlyList<ExperimentReport> experiments, IReadOnlyList<MeasuredRun> others,
        IReadOnlyList<Figure> otherFigures, IReadOnlyList<string> problems, Func<Figure, string> svgOf,
        Func<string, string?> linkOf)
    {
        var html = new StringBuilder($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            {Mark}
            <title>{Escape(title)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <h1>{Escape(title)}</h1>

            """);
        foreach (var problem in problems)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"problem\">{Escape(problem)}</p>\n");
        foreach (var experiment in experiments)
            Append(html, experiment, svgOf, linkOf);
        if (others.Count > 0)
        {
            html.Append("<h2>Runs of no experiment</h2>\n");
            Append(html, otherFigures, svgOf);
            Append(html, others.Select(run => Row(run.Name, run, null)), linkOf);
        }
        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void Append(
        StringBuilder html, ExperimentReport report, Func<Figure, string> svgOf, Func<string, string?> linkOf)
    {
        var progress = report.Progress;
        html.Append(CultureInfo.InvariantCulture, $"""
            <h2 id="{Escape(report.Experiment.Name)}">{Escape(report.Experiment.Name)}</h2>
            <p><code>minicpm tunnel {Escape(report.Experiment.Kind)} {Escape(report.Experiment.File)}</code></p>
            <p><progress value="{progress.Share:F4}"></progress> {Escape(ProgressLine(progress))}</p>

            """);
        Append(html, report.Figures, svgOf);
        if (report.Lines.Count > 0)
            html.Append(CultureInfo.InvariantCulture, $"<pre>{Text(report.Lines)}</pre>\n");
        var byName = report.Read.ToDictionary(run => run.Name);
        Append(
            html,
            report.Plan.Select(planned => Row(
                planned.Name, byName.GetValueOrDefault(planned.Name), planned.Tokens)),
            linkOf);
    }

    private static string ProgressLine(TunnelProgress progress)
    {
        var share = progress.Share.ToString("P0", CultureInfo.InvariantCulture);
        var text = $"{progress.Finished} of {progress.Runs} runs are finished, {share} of the operations are done";
        return progress.Finished < progress.Runs && progress.Left is { } left
            ? $"{text}; {ProgressText.Span(left)} of training is left"
            : text;
    }

    private static void Append(StringBuilder html, IEnumerable<Figure> figures, Func<Figure, string> svgOf)
    {
        foreach (var figure in figures)
        {
            var leads = figure.Series.Any(series => series.Points.Any(point => point.Run is not null))
                ? "A mark that belongs to one run leads to its folder. " : "";
            html.Append("<figure>\n").Append(svgOf(figure)).Append(CultureInfo.InvariantCulture, $"""

                <figcaption>{leads}<a href="{figure.Name}.png">picture</a>,
                <a href="{figure.Name}.csv">table</a></figcaption>
                </figure>

                """);
        }
    }

    private static void Append(
        StringBuilder html, IEnumerable<string[]> rows, Func<string, string?> linkOf)
    {
        html.Append("<table>\n<tr><th>run</th><th>parameters</th><th>tokens</th><th>state</th>")
            .Append("<th>held-out loss, nats a token</th><th>nats a byte</th></tr>\n");
        foreach (var row in rows)
        {
            var name = Escape(row[0]);
            html.Append("<tr><td>")
                .Append(linkOf(row[0]) is { } link ? $"<a href=\"{Escape(link)}\">{name}</a>" : name)
                .Append("</td>")
                .AppendJoin("", row.Skip(1).Select(cell => $"<td>{Escape(cell)}</td>"))
                .Append("</tr>\n");
        }
        html.Append("</table>\n");
    }

    private static string[] Row(string name, MeasuredRun? run, long? planned) =>
    [
        name,
        run is null ? "" : ProgressText.Tokens(run.Options.Model.Shape.NonEmbeddingParameters),
        run is { Tokens: > 0 } ? ProgressText.Tokens(run.Tokens)
            : planned is { } tokens ? $"{ProgressText.Tokens(tokens)} planned" : "",
        run is null ? "not begun" : run.IsFinished ? "finished" : "not finished",
        run?.Loss is { } loss ? loss.ToString("F4", CultureInfo.InvariantCulture) : "",
        run?.LossPerByte is { } nats ? nats.ToString("F4", CultureInfo.InvariantCulture) : "",
    ];

    private static string Text(IEnumerable<string> lines) => string.Join('\n', lines.SelectMany(
        line => line.Split('\n').Select(Escape)));
}
