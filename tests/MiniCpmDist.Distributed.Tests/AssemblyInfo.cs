[assembly: AssemblyFixture(typeof(MiniCpmDist.Distributed.Tests.BuiltData))]
