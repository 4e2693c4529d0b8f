using MiniCpmDist.Native.Kernels;

namespace MiniCpmDist.Native.Tests.Kernels;

/// <summary>What the kernels make of some rows.</summary>
internal sealed record AttentionRun(float[] Output, float[] Lse, float[] Gradients)
{
    /// <param name="inPlace">Gradients take the memory of q, k and v.</param>
    public static AttentionRun Of(AttentionCall call, float[] rows, float[] outputGradients, bool inPlace = false)
    {
        using var qkv = new FloatArray(rows);
        using var output = new FloatArray(new float[call.Rows * call.OutputWidth]);
        using var lse = new FloatArray(new float[call.Heads * call.Rows]);
        using var slopes = new FloatArray(outputGradients);
        // Not zeros: whatever is left as it was must show.
        using var gradients = new FloatArray(rows);
        AttentionKernels.Forward(call, qkv.Address, output.Address, lse.Address);
        Assert.Equal(rows, qkv.Values.ToArray());
        var target = inPlace ? qkv : gradients;
        AttentionKernels.Backward(
            call, qkv.Address, output.Address, lse.Address, slopes.Address, target.Address);
        return new AttentionRun(output.Values.ToArray(), lse.Values.ToArray(), target.Values.ToArray());
    }
}
