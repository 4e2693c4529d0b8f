using System.Globalization;
using MiniCpmDist.CollectiveRates;
using MiniCpmDist.Native.Mpi;
using MiniCpmDist.Native.TorchExt;

// The reproducible sum of all ranks' gradients against MPI_Allreduce, and messages through MPI.NET against those of C:
// tests/bench/collectives

ComputeThreads.Set(1);
using var world = MpiWorld.Initialize();
if (world.Rank == 0)
    Console.WriteLine($"{world.WorldSize} ranks, {MpiWorld.LibraryVersion}, {Environment.ProcessorCount} cores");
if (args is ["messages", var library])
{
    MessageRates.PrintCollective(world, library);
    return;
}
foreach (var size in args)
    SumRates.PrintCollective(world, int.Parse(size, CultureInfo.InvariantCulture));
