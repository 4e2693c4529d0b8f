using MiniCpmDist.Tests.Fixtures;

// Thread counts belong to the process: tests take turns.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(TinyTokenizer))]
