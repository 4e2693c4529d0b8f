using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.ModelShape;

public sealed class ExpertIdlenessTests
{
    [Fact]
    public void An_expert_is_told_once_when_it_has_had_no_token_for_long_and_lives_again_with_the_next_token()
    {
        var idleness = new ExpertIdleness();
        for (var step = 1; step < ExpertIdleness.DeadAfter; step++)
            Assert.Empty(idleness.Add([[5, 0], [1, 4]]));

        Assert.Equal([(0, 1)], idleness.Add([[5, 0], [0, 5]]));
        Assert.Equal(1, idleness.Dead);
        Assert.Empty(idleness.Add([[5, 0], [0, 5]]));
        Assert.Empty(idleness.Add([[4, 1], [0, 5]]));
        Assert.Equal(0, idleness.Dead);
    }

    [Fact]
    public void A_model_without_experts_has_none_that_could_be_dead()
    {
        var idleness = new ExpertIdleness();

        Assert.Empty(idleness.Add([]));
        Assert.Equal(0, idleness.Dead);
    }
}
