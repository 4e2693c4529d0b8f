using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.Engine.Tests.Collectives;

public sealed class LinkLimitsTests
{
    [Fact]
    public void A_call_ends_before_the_patience_of_a_supervisor_who_knows_less()
    {
        var limits = LinkLimits.Standard;

        Assert.Equal(TimeSpan.FromSeconds(30), limits.Before(TimeSpan.FromMinutes(1)).Call);
        Assert.Equal(limits.Meeting, limits.Before(TimeSpan.FromMinutes(1)).Meeting);
        Assert.Equal(limits, limits.Before(TimeSpan.FromHours(1)));
        Assert.Equal(limits, limits.Before(null));
    }
}
