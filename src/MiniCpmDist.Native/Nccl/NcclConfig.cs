using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Nccl;

/// <summary>
/// <c>ncclConfig_t</c> as of NCCL 2.18. Later versions are longer; size and version tell them how much to read, and
/// they take their own defaults for the rest.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NcclConfig
{
    private const uint ApiMagic = 0xcafebeef;
    private const int Undefined = int.MinValue;

    private nuint _size;
    private uint _magic;
    private uint _version;
    private int _blocking;
    private int _cgaClusterSize;
    private int _minCtas;
    private int _maxCtas;
    private nint _netName;
    private int _splitShare;

    /// <summary>Calls return at once, so that a rank can look at the clock while it waits, and give up.</summary>
    public static unsafe NcclConfig NonBlocking() => new()
    {
        _size = (nuint)sizeof(NcclConfig),
        _magic = ApiMagic,
        _version = NcclVersion.Oldest.Code,
        _blocking = 0,
        _cgaClusterSize = Undefined,
        _minCtas = Undefined,
        _maxCtas = Undefined,
        _netName = 0,
        _splitShare = Undefined,
    };
}
