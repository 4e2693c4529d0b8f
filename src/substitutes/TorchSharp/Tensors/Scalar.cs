using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number with a type of libtorch. It holds nothing native here, so disposing it does nothing.</summary>
public sealed class Scalar : IDisposable
{
    private Scalar(torch.ScalarType type, NativeScalar native) => (Type, Native) = (type, native);

    public torch.ScalarType Type { get; }

    internal NativeScalar Native { get; }

    internal static NativeScalar Optional(Scalar? scalar) => scalar?.Native ?? NativeScalar.None;

    public void Dispose() { }

    public static implicit operator Scalar(float value) => new(torch.ScalarType.Float32, NativeScalar.OfReal(value));

    public static implicit operator Scalar(double value) => new(torch.ScalarType.Float64, NativeScalar.OfReal(value));

    public static implicit operator Scalar(Half value) =>
        new(torch.ScalarType.Float16, NativeScalar.OfReal((double)value));

    public static implicit operator Scalar(byte value) => new(torch.ScalarType.Byte, NativeScalar.OfInteger(value));

    public static implicit operator Scalar(sbyte value) => new(torch.ScalarType.Int8, NativeScalar.OfInteger(value));

    public static implicit operator Scalar(short value) => new(torch.ScalarType.Int16, NativeScalar.OfInteger(value));

    public static implicit operator Scalar(int value) => new(torch.ScalarType.Int32, NativeScalar.OfInteger(value));

    public static implicit operator Scalar(long value) => new(torch.ScalarType.Int64, NativeScalar.OfInteger(value));

    public static implicit operator Scalar(bool value) => new(torch.ScalarType.Bool, NativeScalar.OfBool(value));
}
