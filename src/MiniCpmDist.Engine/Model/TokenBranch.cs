using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Tokens that continue the first positions of another branch, or that begin a text. Texts with a common beginning are
/// a tree of branches, so that each of its positions is computed once.
/// </summary>
/// <param name="ids">The tokens, one at least.</param>
/// <param name="parent">What they continue; null: they begin a text.</param>
/// <param name="kept">Positions of the parent's path that they continue.</param>
public sealed class TokenBranch(int[] ids, TokenBranch? parent = null, int kept = 0) : IDisposable
{
    private readonly List<(Tensor Keys, Tensor Values)> _layers = [];

    public IReadOnlyList<int> Ids => ids;

    public TokenBranch? Parent => parent;

    /// <summary>The position of the first token.</summary>
    public int First => kept;

    /// <summary>Positions of the path from the beginning of the text to the end of this branch.</summary>
    public int End => kept + ids.Length;

    /// <summary>
    /// True where keys and values stay here after the pass that computes them, until this object is disposed of.
    /// </summary>
    public bool IsKept { get; init; }

    /// <summary>True once keys and values of all layers are here.</summary>
    internal bool IsComputed { get; set; }

    /// <summary>Index of the first token among the rows of the pass that computes it.</summary>
    internal int Row { get; set; }

    /// <summary>Keys and values of the whole path in one layer, <c>[kv_heads, end, head_dim]</c>.</summary>
    internal (Tensor Keys, Tensor Values) Layer(int layer) => _layers[layer];

    internal void Keep(Tensor keys, Tensor values) =>
        _layers.Add((keys.DetachFromDisposeScope(), values.DetachFromDisposeScope()));

    public void Dispose()
    {
        foreach (var (keys, values) in _layers)
        {
            keys.Dispose();
            values.Dispose();
        }
        _layers.Clear();
        IsComputed = false;
    }
}
