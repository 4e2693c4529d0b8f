using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>How a parameter, or one of each expert, becomes a tensor of a GGUF file.</summary>
/// <param name="Specs">One parameter, or those that stand one after the other in the tensor, all of one shape.</param>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="HeadDim">Rows of a head where they change places within it; null where rows stay.</param>
/// <param name="Note">Why the type is not the one that was asked for; null where it is.</param>
public sealed record GgufPart(
    IReadOnlyList<ParameterSpec> Specs, string Name, GgufType Type, int? HeadDim, string? Note)
{
    /// <summary>The innermost first; experts are the outermost dimension.</summary>
    public IReadOnlyList<long> Dimensions =>
        [.. Specs[0].Shape.Reverse(), .. Specs.Count > 1 ? [Specs.Count] : Array.Empty<long>()];

    /// <summary>
    /// The row of the parameter that stands in a row of the tensor. llama.cpp turns neighbours by the rotary angle, and
    /// the model turns a head's halves, so row i of a head goes to 2i, and row i + d/2 to 2i + 1.
    /// </summary>
    public long SourceRow(long row)
    {
        if (HeadDim is not { } width)
            return row;
        var (head, within) = (row / width, row % width);
        return head * width + within / 2 + within % 2 * (width / 2);
    }
}
