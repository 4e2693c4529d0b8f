namespace MiniCpmDist.Cli.Tests.Quickstart;

public sealed class QuickstartExperimentTests : IDisposable
{
    private readonly QuickstartFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_trunk_is_trained_and_decayed_and_both_are_shown()
    {
        Assert.Equal(0, _folder.Experiment.Run(1));
        Assert.Equal(
            [
                "train recipes/quickstart.yaml --runs runs --name quickstart-1 --seed 1",
                "branch runs/quickstart-1 --at step:400 --decay 80 steps --name quickstart-1-decay",
                "resume runs/quickstart-1-decay",
                "plot runs/quickstart-1 runs/quickstart-1-decay --out runs/quickstart-1-decay/loss.svg",
                "generate runs/quickstart-1-decay --prompt The package manager",
            ],
            _folder.TakeCalls());
    }

    [Fact]
    public void The_losses_of_each_source_stand_side_by_side_with_their_difference()
    {
        _folder.Experiment.Run(1);
        string[] rows =
        [
            "                                            docs      code",
            "    step 400, before the decay            4.7500   64.7500",
            "    step 480, constant learning rate      4.7500   64.7500",
            "    step 480, decayed                     4.5000   64.5000",
            "    the decay is worth                    0.2500    0.2500",
        ];
        Assert.Contains(string.Join('\n', rows), _folder.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_training_is_an_interrupted_quickstart_and_the_next_call_resumes_it()
    {
        _folder.TrainingEndsWith = 1;
        Assert.Equal(1, _folder.Experiment.Run(1));
        Assert.Single(_folder.TakeCalls());
        _folder.TrainingEndsWith = 0;
        Assert.Equal(0, _folder.Experiment.Run(1));
        Assert.Equal("resume runs/quickstart-1", _folder.TakeCalls()[0]);
    }

    [Fact]
    public void A_run_that_was_told_to_stop_is_no_failure_and_is_not_decayed()
    {
        _folder.IsToldToStop = true;
        Assert.Equal(0, _folder.Experiment.Run(1));
        Assert.Single(_folder.TakeCalls());
        Assert.Contains("was stopped before its end", _folder.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_run_is_another_one_and_not_the_same_again()
    {
        _folder.Experiment.Run(1);
        _folder.TakeCalls();
        _folder.Experiment.Run(1);
        Assert.EndsWith("--name quickstart-2 --seed 2", _folder.TakeCalls()[0], StringComparison.Ordinal);
    }
}
