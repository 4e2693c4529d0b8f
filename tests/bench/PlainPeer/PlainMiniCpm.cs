using MiniCpmDist.Core.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.PlainPeer;

/// <summary>
/// MiniCPM as a user of TorchSharp writes it: modules, linear layers, and the library's own fused operators. Parameters
/// have the names of the published models.
/// </summary>
internal sealed class PlainMiniCpm : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly ModelShape _shape;
    private readonly PlainDecoder _model;

    public PlainMiniCpm(ModelShape shape, long length) : base(nameof(PlainMiniCpm))
    {
        _shape = shape;
        _model = new PlainDecoder(shape, length);
        register_module("model", _model);
        using var frozen = no_grad();
        foreach (var (name, parameter) in named_parameters())
        {
            if (parameter.dim() == 2)
                nn.init.normal_(
                    parameter, 0, shape.InitStd / (name.Contains("embed") ? 1 : Math.Sqrt(shape.ScaleWidth)));
        }
    }

    /// <summary>Mean cross entropy in nats.</summary>
    /// <param name="ids">Token ids <c>[batch, seq]</c>, int64.</param>
    /// <param name="targets">The next ids; -100 bears no loss.</param>
    public override Tensor forward(Tensor ids, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return nn.functional.cross_entropy(Logits(ids).view(-1, _shape.VocabularySize), targets.reshape(-1))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Scores <c>[batch, seq, vocabulary]</c>; the head is the embedding.</summary>
    public Tensor Logits(Tensor ids) =>
        nn.functional.linear(_model.call(ids) / _shape.ScaleWidth, _model.Embedding);
}
