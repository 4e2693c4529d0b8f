using MiniCpmDist.Tests.Fixtures;

// The count of live native objects belongs to the process: tests take turns.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(TinyTokenizer))]
[assembly: AssemblyFixture(typeof(TinyData))]
