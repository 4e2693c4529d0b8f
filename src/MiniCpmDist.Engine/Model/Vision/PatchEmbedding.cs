using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>
/// Pixels <c>[parts, 3, height, width]</c> to one row for each patch, <c>[parts, patches, width]</c>: a convolution
/// whose stride is its size, which is a product.
/// </summary>
internal sealed class PatchEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly Projector _projection;

    public PatchEmbedding(VisionShape shape, ScalarType dtype) : base(nameof(PatchEmbedding))
    {
        _projection = new Projector(shape, dtype);
        register_module("proj", _projection);
    }

    public override Tensor forward(Tensor pixels) => _projection.call(pixels);

    private sealed class Projector : nn.Module<Tensor, Tensor>
    {
        private readonly int _patch;
        private readonly Parameter _weight;
        private readonly Parameter _bias;

        public Projector(VisionShape shape, ScalarType dtype) : base(nameof(Projector))
        {
            _patch = shape.Slices.Patch;
            _weight = new Parameter(empty([shape.HiddenSize, RgbImage.Channels, _patch, _patch], dtype));
            _bias = new Parameter(empty(shape.HiddenSize, dtype));
            register_parameter("weight", _weight);
            register_parameter("bias", _bias);
        }

        public override Tensor forward(Tensor pixels)
        {
            using var scope = NewDisposeScope();
            var (parts, rows, columns) = (pixels.shape[0], pixels.shape[2] / _patch, pixels.shape[3] / _patch);
            var patches = pixels.view(parts, RgbImage.Channels, rows, _patch, columns, _patch)
                .permute(0, 2, 4, 1, 3, 5)                             // [parts, rows, columns, 3, patch, patch]
                .reshape(parts, rows * columns, -1);
            return nn.functional.linear(patches, _weight.view(_weight.shape[0], -1), _bias).MoveToOuterDisposeScope();
        }
    }
}
