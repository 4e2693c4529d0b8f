using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Cli.WindTunnel;

namespace MiniCpmDist.Cli.Tests.WindTunnel;

public sealed class RunPoolTests : IDisposable
{
    private readonly StringWriter _said = new();
    private readonly Workers _workers = new();
    private readonly HashSet<string> _done = [];

    public void Dispose() => _said.Dispose();

    [Fact]
    public void A_run_that_cannot_begin_ends_the_experiment_after_those_under_way_have_ended()
    {
        var fault = Assert.Throws<IOException>(() => Pool().Do(
            [Run("a"), Run("b"), Run("refused", () => throw new IOException("no branch leaves here")), Run("d")]));
        Assert.Equal("no branch leaves here", fault.Message);
        Assert.Equal(["a", "b"], _done.Order());
        Assert.DoesNotContain("d", _workers.Begun);
    }

    [Fact]
    public void A_run_whose_trunk_is_not_done_waits_for_it()
    {
        Assert.Equal(0, Pool().Do([Run("branch", after: "trunk"), Run("trunk"), Run("other")]));
        Assert.Equal(["trunk", "other", "branch"], _workers.Begun);
    }

    private RunPool Pool()
    {
        _workers.Ended = run => _done.Add(run);
        return new RunPool(_workers, run => run, new Screen(_said, isTerminal: false, 100), TimeProvider.System);
    }

    private PooledRun Run(string name, Func<string[]>? command = null, string? after = null) => new(name, after, 1)
    {
        IsDone = () => _done.Contains(name),
        Command = command ?? (() => [name]),
        Outcome = () => "done",
    };

    // Three at a time; the first that began ends first.
    private sealed class Workers : IRunWorkers
    {
        private readonly Queue<string> _busy = new();

        public List<string> Begun { get; } = [];

        public Action<string> Ended { get; set; } = _ => { };

        public int Free => 3 - _busy.Count;

        public bool AreQuiet => true;

        public bool IsEndAsked => false;

        public void Begin(string run, string[] arguments)
        {
            Begun.Add(run);
            _busy.Enqueue(run);
        }

        public (string Run, int ExitCode) Wait()
        {
            var run = _busy.Dequeue();
            Ended(run);
            return (run, 0);
        }
    }
}
