namespace MiniCpmDist.Cli.Tests.Quickstart;

public sealed class ExperimentNumbersTests : IDisposable
{
    private readonly QuickstartFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_experiment_is_number_1() => Assert.Equal(1, _folder.Numbers.Next(1));

    [Fact]
    public void A_trunk_that_was_cut_short_is_taken_up_again()
    {
        _folder.WriteJournal("quickstart-1", "run-started");
        Assert.Equal(1, _folder.Numbers.Next(1));
    }

    [Fact]
    public void A_trunk_without_its_branch_is_taken_up_again()
    {
        _folder.WriteJournal("quickstart-1", "run-started", "run-finished");
        Assert.Equal(1, _folder.Numbers.Next(1));
    }

    [Fact]
    public void A_branch_that_was_cut_short_after_its_end_is_taken_up_again()
    {
        _folder.WriteJournal("quickstart-1", "run-finished");
        _folder.WriteJournal("quickstart-1-decay", "run-finished", "run-started");
        Assert.Equal(1, _folder.Numbers.Next(1));
    }

    [Fact]
    public void After_a_whole_experiment_the_next_one_begins_and_the_newest_counts()
    {
        _folder.WriteJournal("quickstart-1", "run-started");
        _folder.WriteJournal("quickstart-10", "run-finished");
        _folder.WriteJournal("quickstart-10-decay", "run-finished");
        _folder.WriteJournal("quickstart-of-mine", "run-started");
        Assert.Equal(11, _folder.Numbers.Next(1));
    }

    [Fact]
    public void Runs_of_earlier_tokens_are_not_gone_on_with()
    {
        _folder.WriteJournal("quickstart-1", "run-started");
        Assert.Equal(2, _folder.Numbers.Close(_folder.Screen));
        Assert.Contains("quickstart-1 is unfinished and of other tokens", _folder.Said, StringComparison.Ordinal);
        Assert.Equal(2, _folder.Numbers.Next(2));
    }

    [Fact]
    public void Without_an_unfinished_run_nothing_is_told_of_new_tokens()
    {
        Assert.Equal(1, _folder.Numbers.Close(_folder.Screen));
        Assert.Empty(_folder.Said);
    }
}
