using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Branches that go through the model together as rows of one product. A row has the same bits whatever other branches
/// are in the pass: attention is computed branch by branch, and products, norms and activations row by row.
/// </summary>
internal sealed class BranchPass : IDisposable
{
    /// <summary>
    /// Vector instructions compute an activation in another way at the end of a tensor, where less than a vector is
    /// left. Rows are filled up until nothing is left: two vectors of sixteen numbers are taken at once.
    /// </summary>
    private const int VectorNumbers = 32;

    private readonly IReadOnlyList<TokenBranch> _branches;
    private readonly List<Tensor[]> _masks = [];

    private BranchPass(IReadOnlyList<TokenBranch> branches, RotaryPositions rotary, Tensor ids)
    {
        (_branches, Rotary, Ids) = (branches, rotary, ids);
        foreach (var branch in branches)
            _masks.Add([.. Blocks(branch).Select(block => Mask(branch, block).DetachFromDisposeScope())]);
    }

    public RotaryPositions Rotary { get; }

    /// <summary><c>[1, rows]</c>, int64.</summary>
    public Tensor Ids { get; }

    /// <param name="branches">Parents first; a parent that is computed already need not be among them.</param>
    /// <param name="shape">Of the model.</param>
    /// <param name="all">The positions that the model knows.</param>
    public static BranchPass Create(IReadOnlyList<TokenBranch> branches, ModelShape shape, RotaryPositions all)
    {
        using var scope = NewDisposeScope();
        var ids = new List<long>();
        var positions = new List<long>();
        foreach (var branch in branches)
        {
            if (branch.Parent is { IsComputed: false } parent && !branches.Contains(parent))
                throw new ArgumentException("Expected the parent of a branch in the pass, found it nowhere.");
            branch.Row = ids.Count;
            ids.AddRange(branch.Ids.Select(id => (long)id));
            positions.AddRange(Enumerable.Range(branch.First, branch.Ids.Count).Select(position => (long)position));
        }
        var unit = Math.Max(RowsUntilWhole(shape.HiddenSize), RowsUntilWhole(shape.IntermediateSize));
        while (ids.Count % unit != 0)
        {
            ids.Add(0);
            positions.Add(0);
        }
        return new BranchPass(
            branches, all.At([.. positions]), tensor(ids.ToArray(), [1, ids.Count]).DetachFromDisposeScope());
    }

    /// <summary>
    /// Mixes values for all rows, <c>[1, rows, heads·head_dim]</c>; the rows that only fill up get zeros.
    /// </summary>
    /// <param name="queries"><c>[heads, rows, head_dim]</c>, turned.</param>
    /// <param name="keys"><c>[kv_heads, rows, head_dim]</c>, turned.</param>
    /// <param name="values">As the keys.</param>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="scale">Of the scores.</param>
    public Tensor Attend(Tensor queries, Tensor keys, Tensor values, int layer, float scale)
    {
        using var scope = NewDisposeScope();
        var paths = new Dictionary<TokenBranch, (Tensor Keys, Tensor Values)>();
        var mixed = new List<Tensor>();
        foreach (var (i, branch) in _branches.Index())
        {
            var path = (Keys: Path(branch, keys, path => path.Keys), Values: Path(branch, values, path => path.Values));
            paths[branch] = path;
            if (branch.IsKept)
                branch.Keep(path.Keys, path.Values);
            foreach (var (j, (first, count)) in Blocks(branch).Index())
            {
                mixed.Add(AttendBlock(
                    queries.narrow(1, branch.Row + first, count), path.Keys.narrow(1, 0, branch.First + first + count),
                    path.Values.narrow(1, 0, branch.First + first + count), _masks[i][j], scale));
            }
        }
        var missing = Ids.shape[1] - mixed.Sum(block => block.shape[0]);
        if (missing > 0)
            mixed.Add(zeros([missing, queries.shape[0] * queries.shape[2]], queries.dtype));
        return cat(mixed, 0).unsqueeze(0).MoveToOuterDisposeScope();

        Tensor Path(TokenBranch branch, Tensor rows, Func<(Tensor Keys, Tensor Values), Tensor> pick)
        {
            var own = rows.narrow(1, branch.Row, branch.Ids.Count);
            if (branch.Parent is not { } parent || branch.First == 0)
                return own.contiguous();
            var before = pick(parent.IsComputed ? parent.Layer(layer) : paths[parent]).narrow(1, 0, branch.First);
            return cat([before, own], 1);
        }
    }

    /// <summary>Called after the last layer.</summary>
    public void Finish()
    {
        foreach (var branch in _branches.Where(branch => branch.IsKept))
            branch.IsComputed = true;
    }

    public void Dispose()
    {
        Rotary.Dispose();
        Ids.Dispose();
        foreach (var mask in _masks.SelectMany(masks => masks))
            mask.Dispose();
    }

    /// <summary><c>[count, heads·head_dim]</c>. Query heads that share keys are rows of one product.</summary>
    private static Tensor AttendBlock(Tensor queries, Tensor keys, Tensor values, Tensor mask, float scale)
    {
        using var scope = NewDisposeScope();
        var (heads, count, headDim, shared) = (queries.shape[0], queries.shape[1], queries.shape[2], keys.shape[0]);
        var q = queries.reshape(shared, heads / shared * count, headDim);
        var scores = q.Times(scale).bmm(keys.contiguous().transpose(1, 2));         // [kv_heads, group·count, keys]
        scores.view(shared, heads / shared, count, -1).PlusInPlace(mask);
        return scores.softmax(-1).bmm(values.contiguous())                          // [kv_heads, group·count, head_dim]
            .view(heads, count, headDim)
            .transpose(0, 1)
            .reshape(count, -1)
            .MoveToOuterDisposeScope();
    }

    private static IEnumerable<(int First, int Count)> Blocks(TokenBranch branch)
    {
        for (var first = 0; first < branch.Ids.Count; first += (int)QueryBlock.Length)
            yield return (first, Math.Min((int)QueryBlock.Length, branch.Ids.Count - first));
    }

    /// <summary><c>[count, keys]</c>: minus infinity where a key lies after its query.</summary>
    private static Tensor Mask(TokenBranch branch, (int First, int Count) block)
    {
        var before = branch.First + block.First;
        return ScalarMath.Filled(block.Count, before + block.Count, double.NegativeInfinity, ScalarType.Float32)
            .triu(before + 1);
    }

    /// <summary>The rows of a width after which nothing is left of a vector.</summary>
    private static int RowsUntilWhole(int width)
    {
        var rows = 1;
        while ((long)rows * width % VectorNumbers != 0)
            rows *= 2;
        return rows;
    }
}
