using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A table of vectors: ids of any shape give that shape with one more dimension.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private const long NoPadding = -1;
    private readonly long _paddingIndex;
    private readonly bool _scaleByFrequency;
    private Parameter? _weight;

    internal Embedding(Parameter weight, long? paddingIndex, bool scaleByFrequency) : base(nameof(Embedding))
    {
        _weight = weight;
        _paddingIndex = paddingIndex is { } index ? (index < 0 ? index + weight.size(0) : index) : NoPadding;
        _scaleByFrequency = scaleByFrequency;
        ConditionallyRegisterParameter(nameof(this.weight), weight);
    }

    public Parameter? weight
    {
        get => _weight;
        set
        {
            _weight = value;
            ConditionallyRegisterParameter(nameof(weight), value);
        }
    }

    public override Tensor forward(Tensor input)
    {
        var table = _weight ?? throw new InvalidOperationException("Expected an embedding with a weight, found none.");
        NativeMethods.mcd_torch_tensor_embedding(table.Native, input.Native, _paddingIndex, _scaleByFrequency ? 1 : 0,
            0, out var result);
        return new Tensor(result);
    }

    // By hand, because the component is called weight and not as the field.
    protected override void RegisterComponents() { }
}
