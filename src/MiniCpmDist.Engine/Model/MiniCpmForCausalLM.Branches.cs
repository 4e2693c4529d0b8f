using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

public sealed partial class MiniCpmForCausalLM
{
    private RotaryPositions? _positions;
    private long _positionCount;

    /// <summary>
    /// Log-probabilities of tokens in branches of texts, in nats, without gradient. The bits of each depend on the path
    /// to its token and on where the branches of that path begin, and on nothing else in the pass.
    /// </summary>
    /// <param name="branches">Parents first; see <see cref="TokenBranch"/>.</param>
    /// <param name="wanted">For each log-probability a branch, the index of a token in it, and the token that follows.
    /// </param>
    /// <returns>In the order of <paramref name="wanted"/>.</returns>
    public float[] LogProbabilities(
        IReadOnlyList<TokenBranch> branches, IReadOnlyList<(TokenBranch Branch, int Index, int Next)> wanted)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        using var pass = BranchPass.Create(branches, Shape, Positions(branches.Max(branch => branch.End)));
        var hidden = _model.Continue(pass).squeeze(0);                                  // [rows, hidden]
        var found = new float[wanted.Count];
        var most = (int)LogitChunk.Rows(KernelSet.Plain, Head.shape[0]);
        for (var first = 0; first < wanted.Count; first += most)
        {
            using var chunk = NewDisposeScope();
            var part = wanted.Skip(first).Take(most).ToArray();
            var rows = part.Select(token => (long)token.Branch.Row + token.Index).ToArray();
            var next = tensor(part.Select(token => (long)token.Next).ToArray()).unsqueeze(1);
            var states = hidden.index_select(0, tensor(rows)).DividedBy(Shape.ScaleWidth);
            var logits = RowMatMul.Of(states, Head).to(ScalarType.Float32);             // [part, vocabulary]
            var largest = logits.amax([1L], keepdim: true);
            var atNext = logits.gather(1, next) - largest;
            // A plain float32 sum over 122,753 pieces would lose digits.
            var normalizer = logits.sub_(largest).exp_().sum([1L], keepdim: true, ScalarType.Float64).log();
            (atNext.to(ScalarType.Float64) - normalizer).to(ScalarType.Float32).data<float>()
                .ToArray().CopyTo(found, first);
        }
        return found;
    }

    /// <summary>
    /// The table of positions grows with the longest path so far; a longer table has the same rows, up to the window.
    /// </summary>
    /// <exception cref="ArgumentException">A path leaves the window of a model whose angles depend on length: paths
    /// that share a beginning would have to turn it by different angles.</exception>
    private RotaryPositions Positions(long count)
    {
        if (Shape.RopeScaling.DependsOnLength && count > Window)
            throw new ArgumentException($"Expected {Window} positions at most, as the model's window, found {count}.");
        if (_positions is null || _positionCount < count)
        {
            _positions?.Dispose();
            _positionCount = Math.Max(count, 2 * _positionCount);
            if (Shape.RopeScaling.DependsOnLength)
                _positionCount = Math.Min(_positionCount, Window);
            _positions = RotaryPositions.Create(
                _positionCount, Shape.Rotary, Math.Max(Window, _positionCount), Head.dtype);
        }
        return _positions;
    }
}
