using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>The value of a tensor of one element as a .NET number, converting as C# casts do.</summary>
public static class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => Read<float>(value, torch.ScalarType.Float32);

    public static double ToDouble(this torch.Tensor value) => Read<double>(value, torch.ScalarType.Float64);

    public static int ToInt32(this torch.Tensor value) => Read<int>(value, torch.ScalarType.Int32);

    public static long ToInt64(this torch.Tensor value) => Read<long>(value, torch.ScalarType.Int64);

    public static byte ToByte(this torch.Tensor value) => Read<byte>(value, torch.ScalarType.Byte);

    public static bool ToBoolean(this torch.Tensor value) => Read<bool>(value, torch.ScalarType.Bool);

    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(this torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Bool => 1,
        torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
        torch.ScalarType.Int32 or torch.ScalarType.Float32 => 4,
        torch.ScalarType.Int64 or torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat32 => 8,
        torch.ScalarType.ComplexFloat64 => 16,
        _ => throw new NotSupportedException($"Expected an element type of known size, found {type}."),
    };

    /// <summary>The product of the lengths.</summary>
    public static long TotalSize(this IEnumerable<long> shape) =>
        shape.Aggregate(1L, (product, length) => product * length);

    public static Parameter AsParameter(this torch.Tensor tensor) => new(tensor);

    private static T Read<T>(torch.Tensor value, torch.ScalarType type) where T : unmanaged
    {
        using var converted = value.to_type(type);
        return converted.item<T>();
    }
}
