using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Nccl;

/// <summary><c>ncclUniqueId</c>: what the ranks of one communicator know each other by. Passed by value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NcclUniqueId
{
    public const int Bytes = 128;

    public fixed byte Content[Bytes];
}
