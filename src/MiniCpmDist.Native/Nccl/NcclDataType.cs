namespace MiniCpmDist.Native.Nccl;

/// <summary>NCCL's numbers of the element types that are used here.</summary>
public enum NcclDataType
{
    UInt8 = 1,
    Float32 = 7,
    Float64 = 8,
    BFloat16 = 9,
}
