namespace MiniCpmDist.Cli.Supervision;

/// <summary>Trains one run after the other, each by ranks of its own that say on the screen what they do.</summary>
/// <param name="run">Runs a command of minicpm on the ranks and returns its exit code.</param>
internal sealed class RanksInTurn(Func<string[], int> run) : IRunWorkers
{
    private (string Run, string[] Arguments)? _next;

    public int Free => _next is null ? 1 : 0;

    public bool AreQuiet => false;

    public bool IsEndAsked => false;

    public void Begin(string run, string[] arguments) => _next = (run, arguments);

    public (string Run, int ExitCode) Wait()
    {
        var (name, arguments) = _next!.Value;
        _next = null;
        return (name, run(arguments));
    }
}
