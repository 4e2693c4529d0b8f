using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary><c>mcd_scalar</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct NativeScalar
{
    public const int NoKind = 0;
    public const int IntegerKind = 1;
    public const int RealKind = 2;
    public const int BoolKind = 3;

    public readonly long Integer;
    public readonly double Real;
    public readonly int Kind;

    private NativeScalar(int kind, long integer, double real) => (Kind, Integer, Real) = (kind, integer, real);

    public static NativeScalar None => default;

    public static NativeScalar OfInteger(long value) => new(IntegerKind, value, value);

    public static NativeScalar OfReal(double value) => new(RealKind, 0, value);

    public static NativeScalar OfBool(bool value) => new(BoolKind, value ? 1 : 0, value ? 1 : 0);
}
