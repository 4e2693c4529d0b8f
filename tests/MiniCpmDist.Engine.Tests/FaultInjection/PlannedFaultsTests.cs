using MiniCpmDist.Core.Problems;
using MiniCpmDist.Engine.Training.FaultInjection;

namespace MiniCpmDist.Engine.Tests.FaultInjection;

public sealed class PlannedFaultsTests
{
    [Fact]
    public void Without_the_variable_nothing_is_planned()
    {
        Assert.Null(PlannedFaults.Read(_ => null, rank: 0));
        Assert.Null(PlannedFaults.Read(_ => "", rank: 0));
    }

    [Fact]
    public void A_plan_is_read_as_it_is_written()
    {
        var planned = PlannedFault.ParseAll(
            "rank=1 step=5 at=collective do=kill; rank=0 step=8 at=commit do=stop once=/tmp/x;rank=1 step=6 do=flip; "
            + "step=7 do=poison;", "X");

        Assert.Equal(
            [
                new PlannedFault(1, 5, FaultPlace.Collective, FaultAction.Kill, null),
                new PlannedFault(0, 8, FaultPlace.Commit, FaultAction.Stop, "/tmp/x"),
                new PlannedFault(1, 6, FaultPlace.Step, FaultAction.Flip, null),
                new PlannedFault(0, 7, FaultPlace.Step, FaultAction.Poison, null),
            ],
            planned);
    }

    [Theory]
    [InlineData("rank=1 step=5 at=collective", "do=kill|stop|flip|poison")]
    [InlineData("rank=1 step=5 do=kill", "at=step|collective|write|commit|published")]
    [InlineData("rank=1 step=5 at=nowhere do=kill", "at=step|collective|write|commit|published")]
    [InlineData("rank=x step=5 at=step do=kill", "rank=NUMBER")]
    [InlineData("rank=1 at=step do=kill", "step=NUMBER")]
    [InlineData("rank=1 step=5 at=commit do=kill", "rank=0 for at=commit")]
    [InlineData("rank=1 step=5 at=step do=flip", "at= beside do=kill or do=stop only")]
    [InlineData("rank=1 rank=2 step=5 at=step do=kill", "at most once")]
    [InlineData("rank=1 step=5 at=step do=kill now", "at most once")]
    public void What_is_no_plan_is_told_with_what_was_expected(string text, string expected)
    {
        var fault = Assert.Single(Assert.Throws<ConfigurationException>(
            () => PlannedFaults.Read(_ => text, rank: 0)).Problems);

        Assert.Equal(PlannedFaults.Variable, fault.Where);
        Assert.Contains(expected, fault.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_strikes_its_rank_at_its_place_and_once_in_a_process()
    {
        var struck = new List<FaultAction>();
        PlannedFaults Of(int rank) => new(
            PlannedFault.ParseAll("rank=1 step=5 at=collective do=stop; rank=1 step=5 at=step do=kill", "X"), rank,
            struck.Add);

        var other = Of(0);
        other.Enter(5);
        other.EnterCollective();
        var own = Of(1);
        own.EnterCollective();
        own.Enter(4);
        own.EnterCollective();
        own.Strike(FaultPlace.Write, 5);
        Assert.Empty(struck);

        own.Enter(5);
        Assert.Equal([FaultAction.Kill], struck);
        own.EnterCollective();
        own.EnterCollective();
        own.Enter(5);
        Assert.Equal([FaultAction.Kill, FaultAction.Stop], struck);
    }

    [Fact]
    public void A_file_says_that_a_fault_has_struck_also_to_the_next_process()
    {
        var once = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        PlannedFaults New() => new(PlannedFault.ParseAll($"rank=0 step=2 do=flip once={once}", "X"), 0, _ => { });

        Assert.True(New().Flips(2));
        Assert.False(New().Flips(2));

        File.Delete(once);
    }
}
