using System.Globalization;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.Nccl;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// A link between device memories, over NCCL. MPI brings the ranks together and carries what the host decides; it never
/// moves tensors beside this. The communicator does not block: a rank whose peer has hung, ended, or called something
/// else looks at the clock, aborts, and says what it was waiting for.
/// </summary>
public sealed class NcclLink : ITensorLink
{
    private readonly NcclLibrary _library;
    private readonly NcclCommunicator _communicator;
    private readonly IDeviceStream _stream;
    private readonly LinkLimits _limits;
    private readonly TimeProvider _time;
    // Called and not known to be done; what goes wrong is in one of them.
    private readonly List<LinkCall> _unfinished = [];
    private long _calls;
    private int _groupDepth;

    private NcclLink(
        NcclLibrary library, ICommunicator world, byte[] id, IDeviceStream stream, LinkLimits limits, TimeProvider time)
    {
        (_library, _stream, _limits, _time) = (library, stream, limits, time);
        (Rank, WorldSize) = (world.Rank, world.WorldSize);
        _communicator = NcclCommunicator.Begin(library, id, WorldSize, Rank);
    }

    public int Rank { get; }

    public int WorldSize { get; }

    public bool IsImmediate => false;

    public string Description => $"NCCL {_library.Version}";

    /// <summary>NCCL, or the problem for the user when it is not there.</summary>
    /// <param name="path">What <see cref="NcclLibrary.PathVariable"/> holds; null: the system's.</param>
    public static NcclLibrary LoadLibrary(string? path)
    {
        try
        {
            return NcclLibrary.Load(path);
        }
        catch (NcclUnavailableException exception)
        {
            throw new ConfigurationException([new Problem(
                string.IsNullOrEmpty(path) ? "the link between devices" : NcclLibrary.PathVariable,
                exception.Expected, exception.Found,
                $"install NVIDIA's libnccl2, or name the file in {NcclLibrary.PathVariable}: a PyTorch with CUDA "
                + $"brings one (site-packages/nvidia/nccl/lib/{NcclLibrary.StandardName})")]);
        }
    }

    /// <summary>Meets the other ranks, on the device that is selected.</summary>
    /// <param name="library">NCCL.</param>
    /// <param name="world">All ranks; rank 0's word brings them together.</param>
    /// <param name="stream">Where the calls are queued; still its owner's to dispose.</param>
    /// <param name="limits">How long to wait for the others.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="LinkFailedException">Not all have come, or NCCL cannot connect them.</exception>
    public static NcclLink JoinCollective(
        NcclLibrary library, ICommunicator world, IDeviceStream stream, LinkLimits limits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(limits);
        var id = world.Rank == 0 ? library.NewUniqueId() : new byte[NcclLibrary.UniqueIdBytes];
        world.BroadcastCollective(id);
        try
        {
            var link = new NcclLink(library, world, id, stream, limits, time);
            link.Settle("meeting the other ranks", limits.Meeting);
            return link;
        }
        catch (NcclException exception)
        {
            throw new LinkFailedException(
                $"Rank {world.Rank} of {world.WorldSize}: meeting the other ranks: {exception.Message}", exception);
        }
    }

    public void Exchange(int peer, nint send, long sendCount, nint receive, long receiveCount, ElementType type) => Run(
        Next("Exchange", type.Bytes(sendCount), peer), () =>
        {
            _communicator.StartGroup();
            if (sendCount > 0)
                _communicator.Send(send, sendCount, DataType(type), peer, _stream.Handle);
            if (receiveCount > 0)
                _communicator.Receive(receive, receiveCount, DataType(type), peer, _stream.Handle);
            return _communicator.EndGroup();
        });

    public void AllReduce(nint send, nint receive, long count, ElementType type) => Run(
        Next("AllReduce", type.Bytes(count)),
        () => _communicator.AllReduce(send, receive, count, DataType(type), _stream.Handle));

    public void ReduceScatter(nint send, nint receive, long receiveCount, ElementType type) => Run(
        Next("ReduceScatter", type.Bytes(receiveCount * WorldSize)),
        () => _communicator.ReduceScatter(send, receive, receiveCount, DataType(type), _stream.Handle));

    public void AllGather(nint send, nint receive, long sendCount, ElementType type) => Run(
        Next("AllGather", type.Bytes(sendCount)),
        () => _communicator.AllGather(send, receive, sendCount, DataType(type), _stream.Handle));

    public void Group(Action calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        _communicator.StartGroup();
        _groupDepth++;
        try
        {
            calls();
        }
        catch
        {
            // Half a group would meet other calls of the peers.
            _communicator.Abort();
            throw;
        }
        _groupDepth--;
        try
        {
            if (_communicator.EndGroup() == NcclResult.InProgress)
                Settle(Unfinished(), _limits.Call);
        }
        catch (NcclException exception)
        {
            throw Failed(Unfinished(), exception.Message, exception);
        }
    }

    public void Wait()
    {
        var begin = _time.GetTimestamp();
        var spin = new SpinWait();
        // The stream is looked at first: a call that fails between both looks leaves its error in the state.
        while (!(IsIdle() & RequireHealth(Unfinished()) == NcclResult.Success))
        {
            RequireTime(Unfinished(), begin, _limits.Call);
            // A millisecond's sleep would be longer than most of what is waited for.
            spin.SpinOnce(sleep1Threshold: -1);
        }
        _unfinished.Clear();
    }

    public void LeaveCollective()
    {
        Wait();
        try
        {
            _communicator.Complete();
            Settle("leaving the other ranks", _limits.Call);
            _communicator.Destroy();
        }
        catch (NcclException exception)
        {
            throw Failed("leaving the other ranks", exception.Message, exception);
        }
    }

    public void Dispose() => _communicator.Abort();

    private static NcclDataType DataType(ElementType type) => type switch
    {
        ElementType.Byte => NcclDataType.UInt8,
        ElementType.BFloat16 => NcclDataType.BFloat16,
        ElementType.Float32 => NcclDataType.Float32,
        ElementType.Float64 => NcclDataType.Float64,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Expected a type that NCCL knows."),
    };

    private LinkCall Next(string name, long bytes, int? peer = null) => new(++_calls, name, bytes, peer);

    private void Run(LinkCall call, Func<NcclResult> make)
    {
        if (_groupDepth == 0 && IsIdle())
            _unfinished.Clear();
        _unfinished.Add(call);
        NcclResult result;
        try
        {
            result = make();
        }
        catch (NcclException exception)
        {
            throw Failed($"{call}", exception.Message, exception);
        }
        // Inside a group nothing has begun yet.
        if (_groupDepth == 0 && result == NcclResult.InProgress)
            Settle($"{call}", _limits.Call);
    }

    /// <summary>Waits until the communicator takes another call.</summary>
    private void Settle(string what, TimeSpan limit)
    {
        var begin = _time.GetTimestamp();
        var spin = new SpinWait();
        while (RequireHealth(what) != NcclResult.Success)
        {
            RequireTime(what, begin, limit);
            spin.SpinOnce();
        }
    }

    private bool IsIdle()
    {
        try
        {
            return _stream.IsIdle;
        }
        catch (NativeException exception)
        {
            throw Failed(Unfinished(), exception.Message, exception);
        }
    }

    private NcclResult RequireHealth(string what)
    {
        var state = _communicator.State;
        return state is NcclResult.Success or NcclResult.InProgress
            ? state
            : throw Failed(what, _library.Words(state));
    }

    private void RequireTime(string what, long begin, TimeSpan limit)
    {
        if (_time.GetElapsedTime(begin) < limit)
            return;
        throw Failed(what, string.Create(
            CultureInfo.InvariantCulture,
            $"not done after {limit.TotalSeconds:0.###} s (NCCL says: {_library.Words(_communicator.State)}). A rank "
            + $"may have hung or ended, or called something else: what the other ranks say tells which"));
    }

    /// <summary>The first call that is not known to be done, and how many more there are.</summary>
    private string Unfinished() => _unfinished.Count switch
    {
        0 => "no call under way",
        1 => $"{_unfinished[0]}",
        _ => $"{_unfinished[0]} (the first of {_unfinished.Count} under way, the last is {_unfinished[^1]})",
    };

    /// <summary>
    /// Ends the communicator: after an error no call on it has a meaning, and this rank's part must not hang.
    /// </summary>
    private LinkFailedException Failed(string what, string words, Exception? cause = null)
    {
        _communicator.Abort();
        return new LinkFailedException($"Rank {Rank} of {WorldSize}: NCCL: {what}: {words}", cause);
    }
}
