namespace MiniCpmDist.Core.Model;

/// <summary>One matrix of a feed-forward half.</summary>
/// <param name="Name">Inside of the block, such as <c>mlp.gate_proj</c>.</param>
/// <param name="Rows">Width of what comes out.</param>
/// <param name="Columns">Width of what goes in.</param>
/// <param name="Fusion">As <see cref="ParameterSpec.Fusion"/>, for neighbours inside of the block.</param>
public sealed record FeedForwardMatrix(string Name, long Rows, long Columns, string Fusion)
{
    /// <summary>
    /// True of a router: it starts with init_std itself, whatever the width, because that is what the paper gives.
    /// </summary>
    public bool IsRouter { get; init; }
}
