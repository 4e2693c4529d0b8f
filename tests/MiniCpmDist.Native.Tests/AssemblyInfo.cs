global using Xunit;

// Thread counts, the MPI world and the count of live objects belong to the process, so tests take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
