using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Runs;

public sealed class RunTreeTests
{
    [Fact]
    public void Branches_stand_below_their_trunk_in_the_order_in_which_they_left_it()
    {
        var rows = RunTree.Of([
            Run("late", "trunk", 400), Run("other"), Run("trunk"), Run("early", "trunk", 100),
            Run("twig", "early", 120),
        ]);

        Assert.Equal(
            ["other", "trunk", "├─ early", "│  └─ twig", "└─ late"], rows.Select(row => row.Lines + row.Run.Name));
    }

    [Fact]
    public void A_branch_whose_trunk_is_elsewhere_stands_at_the_root() =>
        Assert.Equal([("", "branch")], RunTree.Of([Run("branch", "gone", 5)]).Select(row => (row.Lines, row.Run.Name)));

    [Fact]
    public void Runs_that_name_each_other_as_parents_are_shown_once_each() =>
        Assert.Equal(
            ["a", "└─ b"],
            RunTree.Of([Run("b", "a", 1), Run("a", "b", 1)]).Select(row => row.Lines + row.Run.Name));

    private static RunSummary Run(string name, string? parent = null, long step = 0) => new(
        name, name, RunState.Finished, parent, step, null, 0, 0, null, null, IsHeldOut: true, 0);
}
