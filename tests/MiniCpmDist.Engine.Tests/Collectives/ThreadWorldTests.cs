using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Engine.Tests.Collectives;

public sealed class ThreadWorldTests
{
    [Fact]
    public void A_rank_that_throws_ends_the_waiting_of_the_others_and_is_the_failure_that_is_told()
    {
        using var world = new ThreadWorld(3);

        var failure = Assert.Throws<InvalidOperationException>(() => world.Run<int>(FailAtTheSecond));

        Assert.Equal("rank 1 had enough", failure.Message);
    }

    private static int FailAtTheSecond(ICommunicator communicator)
    {
        if (communicator.Rank == 1)
            throw new InvalidOperationException("rank 1 had enough");
        communicator.BarrierCollective();
        return 0;
    }
}
