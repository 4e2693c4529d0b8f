using System.Globalization;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Nccl;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>What a world of ranks can be asked to do.</summary>
internal static class Scenarios
{
    // Long enough for any machine: only a clock that somebody starts makes a rank give up.
    private static readonly LinkLimits s_limits = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    public static void Run(ICommunicator world, string scenario, string? argument)
    {
        switch (scenario)
        {
            case "describe":
                Console.WriteLine(LoadLibrary().Version);
                break;
            case "collectives":
                OnLinks(world, link => CollectiveCheck.Run(link));
                break;
            case "pieces":
                PiecesCheck.Run(world);
                break;
            case "truncation":
                TruncationCheck.Run(world);
                break;
            case "butterfly":
                OnLinks(world, link => ButterflyCheck.Run(world, link));
                break;
            case "gradients":
                OnLinks(world, link => GradientCheck.Run(world, link));
                break;
            case "asynchronous":
                Asynchronous(world);
                break;
            case "series":
                Series(world, deadlineAt: argument is null ? null : int.Parse(argument, CultureInfo.InvariantCulture));
                break;
            case "broken-group":
                BrokenGroup(world);
                break;
            case "wrong-order":
                WrongOrder(world);
                break;
            case "absent":
                Absent(world);
                break;
            default:
                throw new ArgumentException($"Expected a scenario, found {scenario}.", nameof(scenario));
        }
    }

    private static NcclLibrary LoadLibrary() =>
        NcclLink.LoadLibrary(Environment.GetEnvironmentVariable(NcclLibrary.PathVariable));

    private static NcclLink Join(ICommunicator world, IDeviceStream stream, TimeProvider clock) =>
        NcclLink.JoinCollective(LoadLibrary(), world, stream, s_limits, clock);

    /// <summary>Over NCCL on a stream, over NCCL on the null stream, and over MPI.</summary>
    private static void OnLinks(ICommunicator world, Action<ITensorLink> check)
    {
        using (var stream = new StandInStream())
        using (var link = Join(world, stream, new HeldClock()))
        {
            check(link);
            link.LeaveCollective();
        }
        using (var link = Join(world, new HostStream(), new HeldClock()))
        {
            check(link);
            link.LeaveCollective();
        }
        check(new HostLink(world));
    }

    /// <summary>Rank 0 has called and goes on while nobody else has.</summary>
    private static void Asynchronous(ICommunicator world)
    {
        using var stream = new StandInStream();
        using var link = Join(world, stream, new HeldClock());
        using var memory = new PinnedBytes(4096);
        if (world.Rank != 0)
            world.BarrierCollective();
        link.AllReduce(memory.Address, memory.Address, 1024, ElementType.Float32);
        if (world.Rank == 0)
        {
            if (stream.IsIdle)
                throw new InvalidOperationException("A sum of all ranks was done before another rank had called.");
            world.BarrierCollective();
        }
        link.Wait();
        link.LeaveCollective();
    }

    /// <summary>
    /// Five calls, each done on all ranks before the next is made. With a deadline the clock starts at that call.
    /// </summary>
    private static void Series(ICommunicator world, int? deadlineAt)
    {
        using var stream = new StandInStream();
        var clock = new HeldClock();
        using var link = Join(world, stream, clock);
        using var memory = new PinnedBytes(1000 * sizeof(float) * world.WorldSize);
        using var other = new PinnedBytes(memory.Length);
        var address = memory.Address;
        Action[] calls =
        [
            () => link.AllReduce(address, address, 1000, ElementType.Float32),
            () => link.ReduceScatter(address, other.Address, 1000, ElementType.Float32),
            () => link.AllGather(other.Address, address, 1000, ElementType.Float32),
            () => link.AllReduce(address, other.Address, 500, ElementType.BFloat16),
            () => link.Exchange(world.Rank ^ 1, address, 1000, other.Address, 1000, ElementType.Float32),
        ];
        for (var call = 1; call <= calls.Length; call++)
        {
            if (call == deadlineAt)
                clock.Start();
            calls[call - 1]();
            link.Wait();
            world.BarrierCollective();
        }
        link.LeaveCollective();
    }

    /// <summary>
    /// A group whose author fails half-way; then a new link on the same thread, where groups are NCCL's.
    /// </summary>
    private static void BrokenGroup(ICommunicator world)
    {
        using var stream = new StandInStream();
        using var memory = new PinnedBytes(4096);
        using (var broken = Join(world, stream, new HeldClock()))
        {
            Require<NotSupportedException>(() => broken.Group(() =>
            {
                broken.AllReduce(memory.Address, memory.Address, 1024, ElementType.Float32);
                throw new NotSupportedException();
            }));
            Require<ObjectDisposedException>(() =>
                broken.AllReduce(memory.Address, memory.Address, 1024, ElementType.Float32));
        }
        using var link = Join(world, stream, new HeldClock());
        CollectiveCheck.Run(link);
        link.LeaveCollective();
    }

    private static void Require<T>(Action call) where T : Exception
    {
        try
        {
            call();
        }
        catch (T)
        {
            return;
        }
        throw new InvalidOperationException($"Expected a {typeof(T).Name}.");
    }

    private static void WrongOrder(ICommunicator world)
    {
        using var stream = new StandInStream();
        using var link = Join(world, stream, new HeldClock());
        using var memory = new PinnedBytes(1000 * sizeof(float) * world.WorldSize);
        using var other = new PinnedBytes(memory.Length);
        if (world.Rank == 0)
            link.AllReduce(memory.Address, other.Address, 1000, ElementType.Float32);
        else
            link.AllGather(memory.Address, other.Address, 1000, ElementType.Float32);
        link.Wait();
        link.LeaveCollective();
    }

    /// <summary>The last rank learns how to meet the others and does not come.</summary>
    private static void Absent(ICommunicator world)
    {
        if (world.Rank == world.WorldSize - 1)
        {
            world.BroadcastCollective(new byte[NcclLibrary.UniqueIdBytes]);
            return;
        }
        var clock = new HeldClock();
        clock.Start();
        using var stream = new StandInStream();
        using var link = Join(world, stream, clock);
    }
}
