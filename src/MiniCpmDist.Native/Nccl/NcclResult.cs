namespace MiniCpmDist.Native.Nccl;

/// <summary>What NCCL's calls return.</summary>
public enum NcclResult
{
    Success = 0,
    UnhandledCudaError = 1,
    SystemError = 2,
    InternalError = 3,
    InvalidArgument = 4,
    InvalidUsage = 5,
    RemoteError = 6,

    /// <summary>Not done yet, and no error: the communicator's state will tell.</summary>
    InProgress = 7,
    Timeout = 8,
}
