using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// How far a model's next-token distributions are from those of another one, over the same held-out sequences.
/// </summary>
internal sealed class ModelComparison
{
    private const int ChunkRows = 256;
    private readonly List<(double Difference, long Tokens)> _sequences = [];
    private double _loss;
    private double _reference;
    private double _divergence;
    private long _same;

    /// <summary>Adds a sequence of a data folder.</summary>
    public void Add(MiniCpmForCausalLM model, MiniCpmForCausalLM reference, TokenDataset data, long index)
    {
        var batch = MicroBatch.Read([data], [new SequenceRef(0, index)]);
        var (ids, targets) = (batch.Ids, batch.Targets);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var input = tensor(ids, [1, ids.Length]);
        var own = model.Rows(input, batch.SegmentLengths, batch.Images);                  // [positions, hidden]
        var other = reference.Rows(input, batch.SegmentLengths, batch.Images);
        var before = _loss - _reference;
        for (var first = 0; first < ids.Length; first += ChunkRows)
        {
            var rows = Math.Min(ChunkRows, ids.Length - first);
            AddRows(
                Scores(model, own, first, rows), Scores(reference, other, first, rows), targets.AsSpan(first, rows));
        }
        _sequences.Add((_loss - _reference - before, targets.LongCount(target => target >= 0)));
    }

    /// <summary>The result; sequences are the independent units of its error.</summary>
    public ComparisonReport Report()
    {
        var tokens = _sequences.Sum(sequence => sequence.Tokens);
        var mean = (_loss - _reference) / tokens;
        var count = _sequences.Count;
        var squares = _sequences.Sum(sequence => Math.Pow(sequence.Difference - mean * sequence.Tokens, 2));
        var error = count < 2 ? double.NaN : Math.Sqrt(squares * count / (count - 1)) / tokens;
        return new ComparisonReport(
            tokens, _loss / tokens, _reference / tokens, error, _divergence / tokens, (double)_same / tokens);
    }

    private void AddRows(Tensor own, Tensor other, ReadOnlySpan<long> targets)
    {
        using var scope = NewDisposeScope();
        // Σ p·(log p - log q) over the pieces, p being the other model's.
        var divergence = (other.exp() * other.PlusScaled(own, -1)).sum([-1L]).data<double>().ToArray();
        var isSame = own.argmax(-1L).eq(other.argmax(-1L)).data<bool>().ToArray();
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] < 0)
                continue;
            _loss -= own[row, targets[row]].item<double>();
            _reference -= other[row, targets[row]].item<double>();
            _divergence += divergence[row];
            _same += isSame[row] ? 1 : 0;
        }
    }

    /// <summary>Log-probabilities <c>[rows, vocabulary]</c>, float64.</summary>
    private static Tensor Scores(MiniCpmForCausalLM model, Tensor hidden, long first, long rows)
    {
        using var scope = NewDisposeScope();
        var logits = nn.functional.linear(hidden.narrow(0, first, rows), model.Head);
        return logits.to(ScalarType.Float64).log_softmax(-1).MoveToOuterDisposeScope();
    }
}
