using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.CollectiveRates;

/// <summary>
/// A message each way between neighbours through MPI.NET, and the same from C: by turns, in the same processes and
/// between the same two places in memory.
/// </summary>
internal static class MessageRates
{
    private const int Turns = 200;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate double FromC(nint send, nint receive, int bytes, int peer, int rounds);

    /// <param name="mpi">Of an even number of ranks.</param>
    /// <param name="library">sendrecv.c, compiled.</param>
    public static void PrintCollective(MpiWorld mpi, string library)
    {
        var fromC = Marshal.GetDelegateForFunctionPointer<FromC>(
            NativeLibrary.GetExport(NativeLibrary.Load(library), "sendrecv_seconds"));
        PrintCollective(mpi, fromC, bytes: 4, rounds: 1000);
        PrintCollective(mpi, fromC, bytes: 4_000_000, rounds: 5);
    }

    private static void PrintCollective(MpiWorld mpi, FromC fromC, int bytes, int rounds)
    {
        var chunks = (bytes / sizeof(float) + FlatLayout.ChunkSize - 1) / FlatLayout.ChunkSize;
        using var send = new FlatBuffer((long)chunks * FlatLayout.ChunkSize);
        using var receive = new FlatBuffer(send.Length);
        var peer = mpi.Rank ^ 1;
        var (net, c) = (new List<double>(), new List<double>());
        (List<double> Seconds, FromC Way)[] ways = [(net, ThroughMpiNet), (c, fromC)];
        // The first turn is a warm-up. Which way comes first changes by turns.
        for (var turn = 0; turn <= Turns; turn++)
        {
            foreach (var (seconds, way) in turn % 2 == 0 ? ways : [ways[1], ways[0]])
            {
                mpi.BarrierCollective();
                var one = way(send.Address, receive.Address, bytes, peer, rounds);
                if (one < 0)
                    throw new InvalidOperationException("Expected MPI_Sendrecv to succeed.");
                if (turn > 0)
                    seconds.Add(one);
            }
        }
        if (mpi.Rank != 0)
            return;
        var ratio = Numbers.Median(net.Zip(c, (net, c) => net / c));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{bytes,9} B  MPI.NET {Numbers.Median(net) * 1e6,9:F3} us  C {Numbers.Median(c) * 1e6,9:F3} us  "
            + $"{ratio:F3} times the time of C  quickest {net.Min() * 1e6:F3} and {c.Min() * 1e6:F3} us, "
            + $"{Turns} turns of {rounds}"));
    }

    private static double ThroughMpiNet(nint send, nint receive, int bytes, int peer, int rounds)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < rounds; i++)
        {
            var code = MPI.Unsafe.MPI_Sendrecv(
                send, bytes, MPI.Unsafe.MPI_BYTE, peer, 0, receive, bytes, MPI.Unsafe.MPI_BYTE, peer, 0,
                MPI.Unsafe.MPI_COMM_WORLD, out _);
            if (code != 0)
                return -1;
        }
        return clock.Elapsed.TotalSeconds / rounds;
    }
}
