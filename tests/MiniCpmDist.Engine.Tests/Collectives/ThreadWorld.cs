using System.Runtime.ExceptionServices;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Tests.Collectives;

/// <summary>Ranks as threads of one process: the reduction's arithmetic without a launcher.</summary>
public sealed class ThreadWorld(int worldSize) : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly Barrier _barrier = new(worldSize);
    private readonly byte[][] _slots = new byte[worldSize][];
    private readonly (nint Address, long Bytes)[,] _sends = new (nint, long)[worldSize, worldSize];
    private readonly Barrier[,] _pairs = Pairs(worldSize);

    /// <summary>
    /// Runs <paramref name="body"/> once a rank and returns the results in rank order. What a rank throws ends the
    /// waiting of all others, and is thrown here.
    /// </summary>
    public T[] Run<T>(Func<ICommunicator, T> body)
    {
        var results = new T[worldSize];
        var failures = new ExceptionDispatchInfo?[worldSize];
        var threads = Enumerable.Range(0, worldSize).Select(rank => new Thread(() => RunRank(rank))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        failures.OrderBy(failure => failure?.SourceException is OperationCanceledException)
            .FirstOrDefault(failure => failure is not null)?.Throw();
        return results;

        void RunRank(int rank)
        {
            try
            {
                results[rank] = body(new Member(this, rank));
            }
            catch (Exception failure)
            {
                failures[rank] = ExceptionDispatchInfo.Capture(failure);
                _over.Cancel();
            }
        }
    }

    public void Dispose()
    {
        _barrier.Dispose();
        foreach (var pair in _pairs)
            pair?.Dispose();
        _over.Dispose();
    }

    private static Barrier[,] Pairs(int worldSize)
    {
        var pairs = new Barrier[worldSize, worldSize];
        for (var low = 0; low < worldSize; low++)
        {
            for (var high = low + 1; high < worldSize; high++)
                pairs[low, high] = pairs[high, low] = new Barrier(2);
        }
        return pairs;
    }

    private sealed class Member(ThreadWorld world, int rank) : ICommunicator
    {
        public int Rank => rank;

        public int WorldSize => world._slots.Length;

        public string Description => "threads";

        public void BroadcastCollective(Span<byte> buffer)
        {
            if (rank == 0)
                world._slots[0] = buffer.ToArray();
            world._barrier.SignalAndWait(world._over.Token);
            world._slots[0].CopyTo(buffer);
            world._barrier.SignalAndWait(world._over.Token);
        }

        public void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive)
        {
            world._slots[rank] = send.ToArray();
            world._barrier.SignalAndWait(world._over.Token);
            for (var i = 0; i < WorldSize; i++)
                world._slots[i].CopyTo(receive[(i * send.Length)..]);
            world._barrier.SignalAndWait(world._over.Token);
        }

        public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes)
        {
            world._sends[rank, peer] = (send, sendBytes);
            world._pairs[rank, peer].SignalAndWait(world._over.Token);
            var (address, bytes) = world._sends[peer, rank];
            Assert.Equal(bytes, receiveBytes);
            NativeSpan.Of<byte>(address, (int)bytes).CopyTo(NativeSpan.Of<byte>(receive, (int)receiveBytes));
            world._pairs[rank, peer].SignalAndWait(world._over.Token);
        }

        public void BarrierCollective() => world._barrier.SignalAndWait(world._over.Token);

        public void Abort(int exitCode) => throw new InvalidOperationException($"abort {exitCode}");

        public void Dispose() { }
    }
}
