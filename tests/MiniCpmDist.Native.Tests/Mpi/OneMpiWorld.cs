using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.Native.Tests.Mpi;

/// <summary>The one world that this process may have: of one rank, as MPI makes it without a launcher.</summary>
[CollectionDefinition(nameof(OneMpiWorld))]
public sealed class OneMpiWorld : ICollectionFixture<OneMpiWorld.Fixture>
{
    public sealed class Fixture : IDisposable
    {
        public MpiWorld World { get; } = MpiWorld.Initialize();

        public void Dispose()
        {
            World.Dispose();
            World.Dispose();
        }
    }
}
