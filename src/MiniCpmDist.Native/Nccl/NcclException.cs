namespace MiniCpmDist.Native.Nccl;

/// <summary>A call of NCCL has failed.</summary>
public sealed class NcclException : Exception
{
    public NcclException(string call, NcclResult result, string words)
        : base($"{call}: {words}") => (Call, Result, Words) = (call, result, words);

    /// <summary>The function, as in "ncclAllReduce".</summary>
    public string Call { get; }

    public NcclResult Result { get; }

    /// <summary>What NCCL says about it.</summary>
    public string Words { get; }
}
