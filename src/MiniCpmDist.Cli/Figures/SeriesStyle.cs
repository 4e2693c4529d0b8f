namespace MiniCpmDist.Cli.Figures;

/// <summary>How a series is drawn.</summary>
internal enum SeriesStyle
{
    /// <summary>What was measured, one mark a run.</summary>
    LineAndMarks,

    /// <summary>Marks alone.</summary>
    Marks,

    /// <summary>Marks that stand out: a lowest point, a run that a fit has not seen.</summary>
    OpenMarks,

    /// <summary>A course that was measured at many places.</summary>
    Line,

    /// <summary>What a law says.</summary>
    DashedLine,
}
