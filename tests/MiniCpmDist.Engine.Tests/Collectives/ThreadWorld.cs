using System.Runtime.InteropServices;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Tests.Collectives;

/// <summary>Ranks as threads of one process: the reduction's arithmetic without a launcher.</summary>
public sealed class ThreadWorld(int worldSize) : IDisposable
{
    private readonly Barrier _barrier = new(worldSize);
    private readonly byte[][] _slots = new byte[worldSize][];
    private readonly (nint Address, long Bytes)[,] _sends = new (nint, long)[worldSize, worldSize];
    private readonly Barrier[,] _pairs = Pairs(worldSize);

    /// <summary>Runs <paramref name="body"/> once a rank and returns the results in rank order.</summary>
    public T[] Run<T>(Func<ICommunicator, T> body)
    {
        var results = new T[worldSize];
        var threads = Enumerable.Range(0, worldSize)
            .Select(rank => new Thread(() => results[rank] = body(new Member(this, rank))))
            .ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return results;
    }

    public void Dispose()
    {
        _barrier.Dispose();
        foreach (var pair in _pairs)
            pair?.Dispose();
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
            world._barrier.SignalAndWait();
            world._slots[0].CopyTo(buffer);
            world._barrier.SignalAndWait();
        }

        public void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive)
        {
            world._slots[rank] = send.ToArray();
            world._barrier.SignalAndWait();
            for (var i = 0; i < WorldSize; i++)
                world._slots[i].CopyTo(receive[(i * send.Length)..]);
            world._barrier.SignalAndWait();
        }

        public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes)
        {
            world._sends[rank, peer] = (send, sendBytes);
            world._pairs[rank, peer].SignalAndWait();
            var (address, bytes) = world._sends[peer, rank];
            Assert.Equal(bytes, receiveBytes);
            NativeSpan.Of<byte>(address, (int)bytes).CopyTo(NativeSpan.Of<byte>(receive, (int)receiveBytes));
            world._pairs[rank, peer].SignalAndWait();
        }

        public void BarrierCollective() => world._barrier.SignalAndWait();

        public void Abort(int exitCode) => throw new InvalidOperationException($"abort {exitCode}");

        public void Dispose() { }
    }
}
