global using Xunit;

// Thread counts, the MPI world and the count of live objects belong to the process, so tests take turns.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
