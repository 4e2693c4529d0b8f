namespace MiniCpmDist.Core.Formats;

/// <summary>
/// A matrix <c>[out, in]</c> of four-bit codes in AutoGPTQ's words: eight neighbouring inputs of one output in a word
/// of qweight <c>[in/8, out]</c>, eight neighbouring outputs in a word of qzeros <c>[groups, out/8]</c>, the first in
/// the lowest bits.
/// </summary>
public static class GptqPacking
{
    private const int Codes = 8;
    private const int CodeBits = 4;
    private const int Mask = 15;

    /// <summary>Every word of zeros of a symmetric matrix. It tells a file whose layout is named wrongly.</summary>
    public static int SymmetricZeros(GptqLayout layout) =>
        layout == GptqLayout.Version1 ? 0x7777_7777 : unchecked((int)0x8888_8888);

    /// <param name="codes"><c>[out, in]</c>, each from 0 to 15.</param>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns, a multiple of 8.</param>
    public static int[] Pack(ReadOnlySpan<byte> codes, int outputs, int inputs)
    {
        var words = new int[inputs / Codes * outputs];
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
            {
                words[input / Codes * outputs + output] |=
                    codes[output * inputs + input] << (input % Codes * CodeBits);
            }
        }
        return words;
    }

    /// <summary>The code at a place of qweight.</summary>
    public static int Code(ReadOnlySpan<int> words, int outputs, int output, int input) =>
        (words[input / Codes * outputs + output] >>> (input % Codes * CodeBits)) & Mask;

    /// <summary>The zero at a place of qzeros.</summary>
    public static int Zero(ReadOnlySpan<int> words, int outputs, int group, int output, GptqLayout layout) =>
        ((words[group * (outputs / Codes) + output / Codes] >>> (output % Codes * CodeBits)) & Mask)
        + (layout == GptqLayout.Version1 ? 1 : 0);

    /// <summary>The weights of one output as a reader computes them: scale · (code - zero).</summary>
    /// <param name="matrix">The packed matrix.</param>
    /// <param name="output">Which row.</param>
    /// <param name="row">Takes the inputs' weights.</param>
    public static void Unpack(GptqMatrix matrix, int output, Span<float> row)
    {
        for (var input = 0; input < row.Length; input++)
        {
            var group = matrix.GroupOf[input];
            var zero = Zero(matrix.Zeros, matrix.Outputs, group, output, matrix.Layout);
            row[input] = (float)matrix.Scales[group * matrix.Outputs + output]
                * (Code(matrix.Words, matrix.Outputs, output, input) - zero);
        }
    }
}
