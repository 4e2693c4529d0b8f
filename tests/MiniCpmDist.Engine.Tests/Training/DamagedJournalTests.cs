using MiniCpmDist.Core.Problems;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>A run goes on from its checkpoints whatever has become of its journal, and says what it does not
/// know.</summary>
public sealed class DamagedJournalTests(TinyData data)
{
    [Fact]
    public void A_run_whose_journal_is_damaged_or_gone_goes_on_and_tells_it()
    {
        var run = TinyRun.Create(data);
        run.Train();
        var watcher = new Watcher();
        run.Train(observers: watcher);
        Assert.Empty(watcher.Lost);
        var lines = run.Journal();
        lines[1] = "{" + lines[1];
        File.WriteAllLines(run.Folder.JournalPath, lines);

        run.Train(observers: watcher);

        Assert.Equal($"{run.Folder.JournalPath}, line 2", Assert.Single(watcher.Lost).Where);
        Assert.Equal(3, watcher.Attempt);

        File.Delete(run.Folder.JournalPath);
        run.Train(observers: watcher);

        Assert.Equal(run.Folder.JournalPath, Assert.Single(watcher.Lost).Where);
    }

    private sealed class Watcher : IStepObserver
    {
        public IReadOnlyList<Problem> Lost { get; private set; } = [];

        public int Attempt { get; private set; }

        public void DecisionsLost(IReadOnlyList<Problem> problems) => Lost = problems;

        public void Started(RunProgress progress) => Attempt = progress.Attempt;
    }
}
