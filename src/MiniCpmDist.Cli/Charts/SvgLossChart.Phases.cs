using System.Text;
using MiniCpmDist.Core.Schedules;
using static MiniCpmDist.Cli.Charts.SvgText;

namespace MiniCpmDist.Cli.Charts;

// Phases stand below the axis, a row for each run: in the plot itself a trunk's stable phase and its branch's decay
// would lie over each other.
internal static partial class SvgLossChart
{
    private const double PhaseFont = 11;

    private static void AppendPhases(StringBuilder svg, SvgFrame frame, IReadOnlyList<LossSeries> series)
    {
        var y = frame.StripTop;
        // Several runs may change phase at one place, where branches leave their trunk.
        var marked = new HashSet<long>();
        for (var index = 0; index < series.Count; index++)
        {
            var phases = series[index].Phases;
            if (phases.Count == 0)
                continue;
            svg.Append($"""<g class="{SvgStyle.ColorClass(index)}"><title>{Escape(series[index].Name)}</title>""")
                .Append('\n');
            AppendRunName(svg, series[index].Name, frame.X(phases[0].Begin) - 8, y);
            for (var place = 0; place < phases.Count; place++)
                AppendPhase(svg, frame, y, phases[place], place + 1 < phases.Count ? phases[place + 1] : null);
            var turns = phases.Select(phase => phase.Begin).Where(begin => begin > frame.Window.MinTokens);
            foreach (var x in turns.Where(marked.Add).Select(turn => Number(frame.X(turn))))
                svg.Append($"""<path class="turn" d="M{x} {Number(frame.Top)}V{Number(frame.Bottom)}"/>""");
            svg.Append("</g>\n");
            y += SvgFrame.StripPitch;
        }
    }

    private static void AppendRunName(StringBuilder svg, string name, double right, double y)
    {
        var letters = (int)((right - 4) / Width("x", PhaseFont));
        svg.Append($"""<text class="small muted" text-anchor="end" x="{Number(right)}" y="{Number(y + 13)}">""")
            .Append($"{Escape(Shorten(name, letters))}</text>\n");
    }

    private static void AppendPhase(StringBuilder svg, SvgFrame frame, double y, PhaseSpan phase, PhaseSpan? next)
    {
        var word = Word(phase.Kind);
        double left = frame.X(phase.Begin), width = frame.X(phase.End) - left;
        var extent = $"{word}: {AxisText.Tokens(phase.Begin)} to {AxisText.Tokens(phase.End)} tokens";
        svg.Append($"""<rect class="own {word}" x="{Number(left)}" y="{Number(y)}" """)
            .Append($"""width="{Number(Math.Max(1, width - 1))}" height="{Number(SvgFrame.StripHeight)}" """)
            .Append($"""rx="2"><title>{extent}</title></rect>""");
        var baseline = Number(y + 13);
        if (Width(word, PhaseFont) + 6 <= width)
            svg.Append($"""<text class="small" text-anchor="middle" x="{Number(left + width / 2)}" y="{baseline}">""")
                .Append($"{word}</text>");
        else if (next is { } neighbour && HasRoomBeside(word, neighbour, frame))
            svg.Append($"""<text class="small" x="{Number(left + width + 4)}" y="{baseline}">← {word}</text>""");
        svg.Append('\n');
    }

    // A short warmup's word may stand in the phase after it, if that phase's own word, in the middle, stays
    // clear of it.
    private static bool HasRoomBeside(string word, PhaseSpan neighbour, SvgFrame frame)
    {
        var width = frame.X(neighbour.End) - frame.X(neighbour.Begin);
        return Width("← " + word, PhaseFont) + 12 <= (width - Width(Word(neighbour.Kind), PhaseFont)) / 2;
    }

    private static string Word(PhaseKind kind) => PhaseName.Of(kind);
}
