namespace MiniCpmDist.Cli.Charts;

/// <summary>Where the parts of an SVG chart lie, in pixels from the upper left corner.</summary>
/// <param name="Window">What the plot area shows.</param>
/// <param name="Top">Upper edge of the plot area.</param>
/// <param name="Strips">Rows of phases below the axis.</param>
internal sealed record SvgFrame(LossWindow Window, double Top, int Strips)
{
    public const double Width = 960;
    public const double Left = 76;
    public const double Right = 884;
    public const double PlotWidth = Right - Left;
    public const double PlotHeight = 360;
    public const double StripPitch = 22;
    public const double StripHeight = 18;
    private const double BelowAxis = 44;

    public double Bottom => Top + PlotHeight;

    /// <summary>Upper edge of the first row of phases.</summary>
    public double StripTop => Bottom + BelowAxis;

    public double Height => StripTop + Strips * StripPitch + 12;

    public double X(double tokens) => Left + Window.Across(tokens) * PlotWidth;

    public double Y(double loss) => Top + Window.Down(loss) * PlotHeight;
}
