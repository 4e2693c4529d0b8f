using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary><c>y = x Wᵀ + b</c> over the last dimension; the weight is <c>[out_features, in_features]</c>.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    private Parameter _weight;
    private Parameter? _bias;

    internal Linear(Parameter weight, Parameter? bias) : base(nameof(Linear))
    {
        (_weight, _bias) = (weight, bias);
        (in_features, out_features) = (weight.size(1), weight.size(0));
        Register();
    }

    /// <summary>Uniform within ±1/√inputs, as is usual for this layer.</summary>
    internal Linear(long inputs, long outputs, bool hasBias, Device? device, ScalarType? dtype)
        : this(
            Drawn([outputs, inputs], inputs, device, dtype),
            hasBias ? Drawn([outputs], inputs, device, dtype) : null)
    { }

    public Parameter weight
    {
        get => _weight;
        set
        {
            _weight = value;
            Register();
        }
    }

    public Parameter? bias
    {
        get => _bias;
        set
        {
            _bias = value;
            Register();
        }
    }

    public long in_features { get; set; }

    public long out_features { get; set; }

    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, _weight, _bias);

    // By hand, because the components are called weight and bias and not as the fields.
    protected override void RegisterComponents() { }

    private void Register()
    {
        ConditionallyRegisterParameter(nameof(weight), _weight);
        ConditionallyRegisterParameter(nameof(bias), _bias);
    }

    private static Parameter Drawn(long[] shape, long inputs, Device? device, ScalarType? dtype)
    {
        var bound = inputs == 0 ? 0 : 1 / Math.Sqrt(inputs);
        return new Parameter(empty(shape, dtype, device).uniform_(-bound, bound));
    }
}
