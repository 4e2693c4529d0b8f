using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>
/// SigLIP's image encoder (arXiv 2303.15343) without its pooling: normalized pixels <c>[parts, 3, height, width]</c> to
/// <c>[parts, patches, width]</c>, patches row by row.
/// </summary>
internal sealed class ImageEncoder : nn.Module<Tensor, Tensor>
{
    private readonly VisionShape _shape;
    private readonly Parameter _positions;
    private readonly PatchEmbedding _patches;
    private readonly ModuleList<EncoderBlock> _blocks = new();
    private readonly LayerNorm _norm;

    public ImageEncoder(VisionShape shape, ScalarType dtype) : base(nameof(ImageEncoder))
    {
        _shape = shape;
        _positions = new Parameter(empty(1, (long)shape.TableSide * shape.TableSide, shape.HiddenSize, dtype));
        _patches = new PatchEmbedding(shape, dtype);
        for (var i = 0; i < shape.Layers; i++)
            _blocks.Add(new EncoderBlock(shape, dtype));
        _norm = new LayerNorm(shape.HiddenSize, shape.LayerNormEps, dtype);
        register_parameter("pos_embed", _positions);
        register_module("patch_embed", _patches);
        register_module("blocks", _blocks);
        register_module("norm", _norm);
    }

    public override Tensor forward(Tensor pixels)
    {
        Require.Rank(pixels, 4, nameof(pixels));
        using var scope = NewDisposeScope();
        var (rows, columns) = (pixels.shape[2] / _shape.Slices.Patch, pixels.shape[3] / _shape.Slices.Patch);
        var hidden = _patches.call(pixels).Plus(PositionTable.For(_positions, _shape, rows, columns));
        foreach (var block in _blocks)
            hidden = block.call(hidden);
        return _norm.call(hidden).MoveToOuterDisposeScope();
    }
}
