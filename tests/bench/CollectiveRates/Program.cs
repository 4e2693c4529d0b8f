// The reproducible sum of all ranks' gradients against MPI_Allreduce: tests/bench/collectives
using System.Globalization;
using MiniCpmDist.CollectiveRates;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Mpi;
using MiniCpmDist.Native.TorchExt;

ComputeThreads.Set(1);
using var world = MpiWorld.Initialize();
using var communicator = new MpiCommunicator(world);
if (communicator.Rank == 0)
    Console.WriteLine($"{communicator.WorldSize} ranks, {communicator.Description}, {Environment.ProcessorCount} cores");
foreach (var size in args)
    SumRates.PrintCollective(communicator, int.Parse(size, CultureInfo.InvariantCulture));
