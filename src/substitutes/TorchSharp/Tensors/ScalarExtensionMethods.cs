using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Numbers as scalars and back.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this int value) => value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static float ToSingle(this Scalar value) => (float)value.ToDouble();

    public static double ToDouble(this Scalar value) =>
        value.Native.Kind == NativeScalar.RealKind ? value.Native.Real : value.Native.Integer;

    public static int ToInt32(this Scalar value) => checked((int)value.ToInt64());

    public static long ToInt64(this Scalar value) =>
        value.Native.Kind == NativeScalar.RealKind ? (long)value.Native.Real : value.Native.Integer;

    public static bool ToBoolean(this Scalar value) => value.ToDouble() != 0;
}
