using MiniCpmDist.Tests.Fixtures;

// Thread counts, dispose scopes' counters and the count of live native objects belong to the process: tests take turns.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(TinyTokenizer))]
[assembly: AssemblyFixture(typeof(TinyData))]
