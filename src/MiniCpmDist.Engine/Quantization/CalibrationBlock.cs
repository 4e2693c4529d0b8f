using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Experts;
using MiniCpmDist.Native.TorchExt;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>
/// One decoder block at a time, whose weights change while it is quantized. Several threads run sequences through it at
/// once, each alone with one thread of the libraries, so that the number of threads changes no bit.
/// </summary>
internal sealed class CalibrationBlock : IDisposable
{
    private const string Suffix = ".weight";
    private readonly DecoderBlock _block;
    private readonly Dictionary<string, TorchSharp.Modules.Parameter> _parameters;
    private readonly ThreadLocal<AttentionLayouts> _layouts;
    private readonly ThreadLocal<Dictionary<string, float[]>?> _products = new();

    /// <param name="shape">Of the model.</param>
    /// <param name="window">Positions that it was trained with.</param>
    public CalibrationBlock(ModelShape shape, long window)
    {
        _block = new DecoderBlock(
            shape, RouterBook.Of(shape)?.Layers[0], ScalarType.Float32, ActivationCheckpointing.None);
        _parameters = _block.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (var parameter in _parameters.Values)
            parameter.requires_grad = false;
        // TorchSharp names a registered module a second time, by its field; only parameters are named once.
        foreach (var (name, module) in _block.named_modules())
        {
            if (module is Projection projection && _parameters.ContainsKey(name + Suffix))
                projection.Reading = input => Keep(name + Suffix, input);
        }
        _layouts = new ThreadLocal<AttentionLayouts>(
            () => new AttentionLayouts(shape.Rotary, window, ScalarType.Float32), trackAllValues: true);
    }

    /// <param name="name">Without the block's own, such as <c>self_attn.q_proj.weight</c>.</param>
    /// <param name="values">All elements.</param>
    public void Load(string name, float[] values)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var parameter = _parameters[name];
        parameter.copy_(tensor(values, parameter.shape));
    }

    /// <summary>Hidden states after the block, <c>[positions, hidden]</c>.</summary>
    public float[] Run(float[] hidden, SegmentLengths segments)
    {
        ComputeThreads.Set(1);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var positions = segments.Sum();
        var input = tensor(hidden, [1, positions, hidden.Length / positions]);
        var layout = _layouts.Value!.For(1, positions, segments);
        return _block.call(input, layout).contiguous().data<float>().ToArray();
    }

    /// <summary>For each of some projections xᵀx over the positions, <c>[in, in]</c>.</summary>
    public Dictionary<string, float[]> Products(float[] hidden, SegmentLengths segments, IEnumerable<string> names)
    {
        _products.Value = names.ToDictionary(name => name, _ => Array.Empty<float>());
        Run(hidden, segments);
        var products = _products.Value;
        _products.Value = null;
        return products;
    }

    public void Dispose()
    {
        foreach (var layouts in _layouts.Values)
            layouts.Dispose();
        _layouts.Dispose();
        _products.Dispose();
        _block.Dispose();
    }

    private void Keep(string name, Tensor input)
    {
        if (_products.Value is not { } products || !products.ContainsKey(name))
            return;
        using var scope = NewDisposeScope();
        var rows = input.reshape(-1, input.shape[^1]);
        products[name] = rows.t().mm(rows).data<float>().ToArray();
    }
}
