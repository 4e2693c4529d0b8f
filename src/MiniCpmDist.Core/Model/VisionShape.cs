using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Core.Model;

/// <summary>
/// What makes a language model a MiniCPM-V: an image encoder (SigLIP, arXiv 2303.15343), and a resampler that turns the
/// positions of a part of a picture into a fixed number of features as wide as the model's hidden states.
/// </summary>
public sealed record VisionShape
{
    /// <summary>Width of the encoder.</summary>
    public int HiddenSize { get; init; } = 1152;

    /// <summary>Blocks of the encoder. MiniCPM-V 2.0 leaves out the last of SigLIP's 27.</summary>
    public int Layers { get; init; } = 27;

    /// <summary>Heads of the encoder.</summary>
    public int Heads { get; init; } = 16;

    /// <summary>Width inside a block's second half.</summary>
    public int IntermediateSize { get; init; } = 4304;

    /// <summary>Positions on a side of the encoder's table of positions.</summary>
    public int TableSide { get; init; } = 70;

    /// <summary>How the table serves grids of other sizes.</summary>
    public PositionRule Positions { get; init; } = PositionRule.Nearest;

    /// <summary>Features that the resampler makes of each part.</summary>
    public int Queries { get; init; } = 64;

    /// <summary>True where queries have positions too, those of a square: 2.0, and not from 2.5 on.</summary>
    public bool QueryPositions { get; init; }

    /// <summary>Width of a head of the resampler.</summary>
    public int ResamplerHeadDim { get; init; } = 128;

    /// <summary>How pictures are cut.</summary>
    public SliceRules Slices { get; init; } = new();

    /// <summary>How pictures stand in a text.</summary>
    public ImageLayout Layout { get; init; } = ImageLayout.TaggedSlices;

    /// <summary>Of the encoder's and the resampler's layer norms.</summary>
    public double LayerNormEps { get; init; } = 1e-6;

    /// <summary>Numbers of a patch: red, green and blue of all its pixels.</summary>
    public int PatchSize => RgbImage.Channels * Slices.Patch * Slices.Patch;

    /// <summary>MiniCPM-V 1.0: as 2.0, and pictures are not sliced.</summary>
    public static VisionShape V1 { get; } = new()
    {
        Layers = 26,
        TableSide = 27,
        Positions = PositionRule.Interpolated,
        QueryPositions = true,
        Layout = ImageLayout.OuterSlices,
        Slices = new SliceRules(MostSlices: 0),
    };

    /// <summary>MiniCPM-V 2.0.</summary>
    public static VisionShape V2 { get; } = V1 with { Slices = new SliceRules() };

    /// <summary>MiniCPM-Llama3-V 2.5, without its language model.</summary>
    public static VisionShape V25 { get; } = new() { Queries = 96, Layout = ImageLayout.OuterSlices };

    /// <summary>MiniCPM-V 2.6, without its language model.</summary>
    public static VisionShape V26 { get; } = new();
}
