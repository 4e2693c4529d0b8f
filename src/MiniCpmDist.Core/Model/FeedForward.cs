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
    /// <param name="hiddenSize">d_m.</param>
    public abstract FeedForwardMemory Memory(KernelSet kernels, int hiddenSize);

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

        public override FeedForwardMemory Memory(KernelSet kernels, int hiddenSize) => kernels == KernelSet.Fused
            // Kept are gates and ups. On the way back there is the gradient of their product.
            ? new(Kept: 2L * IntermediateSize, Back: IntermediateSize)
            // Gate, its silu, up, and their product; gradients of these, and what operations need to make them. The
            // latter is fitted to measured peaks, unlike the rest.
            : new(Kept: 4L * IntermediateSize, Back: 8L * IntermediateSize);
    }

    /// <summary>
    /// Some copies of <see cref="SwiGlu"/>, and a router: a token takes those that it gives the most, and the weighted
    /// sum of what they compute. The weights of a token add up to one.
    /// </summary>
    /// <param name="Count">Copies.</param>
    /// <param name="PerToken">Copies that a token takes.</param>
    /// <param name="IntermediateSize">d_ff of each.</param>
    public sealed record Experts(int Count, int PerToken, int IntermediateSize) : FeedForward
    {
        /// <summary>The router's name inside of a block.</summary>
        public const string Router = "mlp.gate";

        /// <summary>The name of an expert's matrix inside of a block.</summary>
        /// <param name="expert">Its index.</param>
        /// <param name="matrix">w1 for gates, w3 for ups, w2 for what comes down.</param>
        public static string Name(int expert, string matrix) => FormattableString.Invariant(
            $"mlp.experts.{expert}.{matrix}");

        public override IReadOnlyList<FeedForwardMatrix> Matrices(int hiddenSize) =>
        [
            new(Router, Count, hiddenSize, Router) { IsRouter = true },
            .. Enumerable.Range(0, Count).SelectMany(expert => (FeedForwardMatrix[])
            [
                new(Name(expert, "w1"), IntermediateSize, hiddenSize, Name(expert, "w1_w3")),
                new(Name(expert, "w3"), IntermediateSize, hiddenSize, Name(expert, "w1_w3")),
                new(Name(expert, "w2"), hiddenSize, IntermediateSize, Name(expert, "w2")),
            ]),
        ];

        public override long IdleParameters(int hiddenSize) =>
            (Count - PerToken) * 3L * hiddenSize * IntermediateSize;

        public override FeedForwardMemory Memory(KernelSet kernels, int hiddenSize)
        {
            var (one, router) = (new SwiGlu(IntermediateSize).Memory(kernels, hiddenSize), 2L * Count + 3L * PerToken);
            return kernels == KernelSet.Fused
                // On the way back there is a gradient of what enters each expert of a token. The rest is of one expert
                // at a time; it is counted as if that had all tokens.
                ? new(PerToken * one.Kept + router, one.Back + (2L + PerToken) * hiddenSize)
                // What enters the experts and what leaves them is kept, in two orders; and the same of gradients.
                : new(PerToken * (one.Kept + 4L * hiddenSize) + router, PerToken * (one.Back + 4L * hiddenSize));
        }
    }
}
