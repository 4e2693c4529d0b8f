using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Rows of a table: ids <c>[batch, seq]</c> to <c>[batch, seq, hidden]</c>. The table may be the output head, too.
/// </summary>
internal sealed class TokenEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;

    public TokenEmbedding(long vocabularySize, long hiddenSize, ScalarType dtype) : base(nameof(TokenEmbedding))
    {
        _weight = new Parameter(empty(vocabularySize, hiddenSize, dtype));
        register_parameter("weight", _weight);
    }

    public Tensor Weight => _weight;

    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var flat = ids.reshape(-1);
        var rows = _weight.dtype == ScalarType.BFloat16
            ? NarrowTokenRows.apply(_weight, flat)
            : _weight.index_select(0, flat);
        return rows.view(ids.shape[0], ids.shape[1], -1).MoveToOuterDisposeScope();
    }
}
