namespace MiniCpmDist.Core.Model;

/// <summary>How a table of positions for one square serves a grid of patches of another size.</summary>
public enum PositionRule
{
    /// <summary>
    /// The table is resized to the grid like a picture, bicubic and antialiased: MiniCPM-V 2.0, as timm does it.
    /// </summary>
    Interpolated,

    /// <summary>
    /// Row i of n takes row ⌊side · i / n⌋ of the table, and columns likewise, as compared in float32: from 2.5 on, as
    /// the SigLIP of arbitrary resolutions does it.
    /// </summary>
    Nearest,
}
