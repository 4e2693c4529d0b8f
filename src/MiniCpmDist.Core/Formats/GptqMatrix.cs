namespace MiniCpmDist.Core.Formats;

/// <summary>A matrix as the four tensors of a GPTQ file hold it.</summary>
/// <param name="Outputs">Rows.</param>
/// <param name="Inputs">Columns.</param>
/// <param name="Layout">What a zero is stored as.</param>
/// <param name="Words">qweight <c>[in/8, out]</c>.</param>
/// <param name="Zeros">qzeros <c>[groups, out/8]</c>.</param>
/// <param name="Scales"><c>[groups, out]</c>.</param>
/// <param name="GroupOf">g_idx <c>[in]</c>.</param>
public sealed record GptqMatrix(
    int Outputs, int Inputs, GptqLayout Layout, int[] Words, int[] Zeros, Half[] Scales, int[] GroupOf)
{
    /// <summary>Groups of the columns.</summary>
    public int Groups => Scales.Length / Outputs;
}
