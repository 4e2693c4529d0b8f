namespace MiniCpmDist.Native.Nccl;

/// <summary>
/// One rank's end of a communicator that does not block: each call returns at once with success or "in progress", and
/// in the second case the next one has to wait until <see cref="State"/> is success. Calls come one after the other,
/// and those of a group from one thread; on a GPU, backward makes some from a thread of libtorch's. What was queued on
/// a stream is done when the stream is, and not when a call returns.
/// </summary>
public sealed unsafe class NcclCommunicator
{
    private const int Sum = 0;
    private readonly NcclLibrary _library;
    private nint _handle;
    private int _groupDepth;

    private NcclCommunicator(NcclLibrary library, nint handle) => (_library, _handle) = (library, handle);

    /// <summary>
    /// Success, "in progress", or what went wrong in the background. Unlike the calls, it never throws.
    /// </summary>
    public NcclResult State
    {
        get
        {
            NcclResult state;
            var result = _library.GetAsyncError(Handle, &state);
            return result == NcclResult.Success ? state : result;
        }
    }

    private nint Handle => _handle != 0
        ? _handle
        : throw new ObjectDisposedException(nameof(NcclCommunicator), "The communicator was destroyed or aborted.");

    /// <summary>
    /// Begins to meet the other ranks, on the device that is selected; the state tells when all have come.
    /// </summary>
    /// <exception cref="NcclException">NCCL refuses at once.</exception>
    public static NcclCommunicator Begin(NcclLibrary library, ReadOnlySpan<byte> uniqueId, int worldSize, int rank)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentOutOfRangeException.ThrowIfNotEqual(uniqueId.Length, NcclUniqueId.Bytes);
        NcclUniqueId id;
        uniqueId.CopyTo(new Span<byte>(id.Content, NcclUniqueId.Bytes));
        var config = NcclConfig.NonBlocking();
        nint handle;
        library.Require("ncclCommInitRankConfig", library.InitRankConfig(&handle, worldSize, id, rank, &config));
        return new NcclCommunicator(library, handle);
    }

    public NcclResult AllReduce(nint send, nint receive, long count, NcclDataType type, nint stream) =>
        _library.Require(
            "ncclAllReduce", _library.AllReduce(send, receive, (nuint)count, type, Sum, Handle, stream));

    public NcclResult ReduceScatter(nint send, nint receive, long receiveCount, NcclDataType type, nint stream) =>
        _library.Require(
            "ncclReduceScatter", _library.ReduceScatter(send, receive, (nuint)receiveCount, type, Sum, Handle, stream));

    public NcclResult AllGather(nint send, nint receive, long sendCount, NcclDataType type, nint stream) =>
        _library.Require("ncclAllGather", _library.AllGather(send, receive, (nuint)sendCount, type, Handle, stream));

    public NcclResult Send(nint send, long count, NcclDataType type, int peer, nint stream) =>
        _library.Require("ncclSend", _library.Send(send, (nuint)count, type, peer, Handle, stream));

    public NcclResult Receive(nint receive, long count, NcclDataType type, int peer, nint stream) =>
        _library.Require("ncclRecv", _library.Receive(receive, (nuint)count, type, peer, Handle, stream));

    /// <summary>Begins a group: what is called from here to <see cref="EndGroup"/> runs together.</summary>
    public void StartGroup()
    {
        _library.Require("ncclGroupStart", _library.StartGroup());
        _groupDepth++;
    }

    public NcclResult EndGroup()
    {
        _groupDepth--;
        return _library.Require("ncclGroupEnd", _library.EndGroup());
    }

    /// <summary>Begins to wait until every rank is done with everything; the state tells when.</summary>
    public NcclResult Complete() => _library.Require("ncclCommFinalize", _library.Finalize(Handle));

    /// <summary>Gives everything back, after <see cref="Complete"/> has come to its end.</summary>
    public void Destroy()
    {
        var handle = Handle;
        _handle = 0;
        _library.Require("ncclCommDestroy", _library.Destroy(handle));
    }

    /// <summary>Ends what is under way, also what hangs, and gives everything back. It never throws.</summary>
    public void Abort()
    {
        if (_handle == 0)
            return;
        var handle = _handle;
        _handle = 0;
        // A group belongs to the thread: one that was left open would take in the calls of the next communicator.
        for (; _groupDepth > 0; _groupDepth--)
            _library.EndGroup();
        _library.Abort(handle);
    }
}
