namespace MiniCpmDist.Core.Model;

/// <summary>
/// What the feed-forward half of a block computes: a closed set. Parameters, operations and memory are counted here;
/// <c>FeedForwardModules</c> in Engine makes the module.
/// </summary>
public abstract record FeedForward
{
    private FeedForward()
    {
    }

    /// <summary>The matrices of one block's half, in storage order.</summary>
    /// <param name="hiddenSize">d_m.</param>
    public abstract IReadOnlyList<FeedForwardMatrix> Matrices(int hiddenSize);

    /// <summary>Elements of one block's half that a token takes no product with.</summary>
    /// <param name="hiddenSize">d_m.</param>
    public abstract long IdleParameters(int hiddenSize);

    /// <summary>What one block's half holds for each token.</summary>
    /// <param name="kernels">What computes it.</param>
    public abstract FeedForwardMemory Memory(KernelSet kernels);

    /// <summary><c>down(silu(gate(x)) · up(x))</c>, with all of its weights for each token.</summary>
    /// <param name="IntermediateSize">d_ff.</param>
    public sealed record SwiGlu(int IntermediateSize) : FeedForward
    {
        public override IReadOnlyList<FeedForwardMatrix> Matrices(int hiddenSize) =>
        [
            new("mlp.gate_proj", IntermediateSize, hiddenSize, "mlp.gate_up"),
            new("mlp.up_proj", IntermediateSize, hiddenSize, "mlp.gate_up"),
            new("mlp.down_proj", hiddenSize, IntermediateSize, "mlp.down_proj"),
        ];

        public override long IdleParameters(int hiddenSize) => 0;

        public override FeedForwardMemory Memory(KernelSet kernels) => kernels == KernelSet.Fused
            // Kept are gates and ups. On the way back there is the gradient of their product.
            ? new(Kept: 2L * IntermediateSize, Back: IntermediateSize)
            // Gate, its silu, up, and their product; gradients of these, and what operations need to make them. The
            // latter is fitted to measured peaks, unlike the rest.
            : new(Kept: 4L * IntermediateSize, Back: 8L * IntermediateSize);
    }
}
