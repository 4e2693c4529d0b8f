namespace MiniCpmDist.Native.Nccl;

/// <summary>A version of NCCL by the number that <c>ncclGetVersion</c> gives: 21801 is 2.18.1.</summary>
/// <param name="Code">NCCL's number.</param>
public readonly record struct NcclVersion(uint Code)
{
    /// <summary>The first whose communicators need not block in anything that is used here.</summary>
    public static NcclVersion Oldest { get; } = new(21801);

    // Up to 2.8 a minor version had one digit: 2804 is 2.8.4.
    public override string ToString() => Code < 10000
        ? $"{Code / 1000}.{Code / 100 % 10}.{Code % 100}"
        : $"{Code / 10000}.{Code / 100 % 100}.{Code % 100}";
}
