namespace MiniCpmDist.Native.Nccl;

/// <summary>There is no NCCL here that this program can use.</summary>
public sealed class NcclUnavailableException(string expected, string found)
    : Exception($"Expected {expected}; found {found}.")
{
    public string Expected => expected;

    public string Found => found;
}
