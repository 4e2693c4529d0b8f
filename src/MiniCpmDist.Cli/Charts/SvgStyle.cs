using System.Globalization;

namespace MiniCpmDist.Cli.Charts;

/// <summary>Colours and type of SVG charts.</summary>
internal static class SvgStyle
{
    /// <summary>
    /// Hues after Okabe and Ito, which stay apart for the colour-blind; for each background a shade with a contrast of
    /// at least 4.5 to it, because text wears them too.
    /// </summary>
    private static readonly (string OnLight, string OnDark)[] s_palette =
    [
        ("#0068a8", "#5db7f0"), ("#bf4a00", "#ff9a57"), ("#00735a", "#3ecfa4"),
        ("#9a3786", "#e59bd6"), ("#7d5c00", "#e0c04a"), ("#555b63", "#b6bcc4"),
    ];

    /// <summary>The shades for a white background.</summary>
    public static IEnumerable<string> OnWhite => s_palette.Select(color => color.OnLight);

    /// <summary>More series than colours: the next round is dashed.</summary>
    private static readonly string[] s_dashes = ["", " stroke-dasharray=\"7 3\"", " stroke-dasharray=\"2 3\""];

    public static string ColorClass(int series) =>
        string.Create(CultureInfo.InvariantCulture, $"s{series % s_palette.Length}");

    /// <summary>Attribute that distinguishes a line from another one of the same colour; mostly empty.</summary>
    public static string Dash(int series) => s_dashes[series / s_palette.Length % s_dashes.Length];

    /// <summary>
    /// The style sheet. Viewers that do not know about dark schemes keep the light one, with its white background.
    /// </summary>
    public static string Sheet() => $$"""
        <style>
        text{font-family:system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;font-size:12px;fill:#24292f}
        .paper{fill:#fff}.title{font-size:17px;font-weight:600}.small{font-size:11px}.muted{fill:#59626c}
        .own{fill:currentColor}.value{font-weight:600;fill:currentColor}
        .grid{stroke:#e4e7eb}.axis{stroke:#8a929b}.line{fill:none;stroke:currentColor;stroke-linejoin:round}
        .line{stroke-linecap:round}.raw{stroke-opacity:.28}.smooth{stroke-width:2}
        .mark{fill:#fff;stroke:currentColor;stroke-width:1.6}
        .lead{stroke:currentColor;stroke-opacity:.55;fill:none}
        .turn{stroke:currentColor;stroke-opacity:.4;stroke-dasharray:3 4}
        .warmup{fill-opacity:.3}.stable{fill-opacity:.12}.decay,.cosine{fill-opacity:.3}
        {{Colors(color => color.OnLight)}}
        @media (prefers-color-scheme:dark){
        text{fill:#e6e9ed}.paper,.mark{fill:#14171b}.muted{fill:#a3abb5}.own,.value{fill:currentColor}
        .grid{stroke:#2b3036}.axis{stroke:#6d757f}.raw{stroke-opacity:.35}
        {{Colors(color => color.OnDark)}}
        }
        </style>
        """;

    private static string Colors(Func<(string OnLight, string OnDark), string> shade) =>
        string.Concat(s_palette.Select((color, index) => $".{ColorClass(index)}{{color:{shade(color)}}}"));
}
