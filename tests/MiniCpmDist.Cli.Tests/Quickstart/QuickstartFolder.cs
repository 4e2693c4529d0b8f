using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Quickstart;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Tests.Quickstart;

/// <summary>A quickstart whose commands of minicpm are pretended: they are written down, and leave what they
/// would.</summary>
internal sealed class QuickstartFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _said = new();

    public QuickstartFolder()
    {
        Places = new QuickstartPlaces(_folder["recipes"], _folder["work"], _folder["runs"]);
        Directory.CreateDirectory(Places.Recipes);
        Directory.CreateDirectory(Places.Work);
        foreach (var source in QuickstartSource.All)
            File.WriteAllText(Places.PackageList(source), $"{source.Name}-package usr/share/*.txt\n");
    }

    public QuickstartPlaces Places { get; }

    public Screen Screen => new(_said, isTerminal: false, 100);

    public string Said => _said.ToString();

    /// <summary>The commands since the last call of this, without the folder's path.</summary>
    public string[] TakeCalls()
    {
        string[] calls = [.. _calls];
        _calls.Clear();
        return calls;
    }

    private readonly List<string> _calls = [];

    /// <summary>What a training ends with; while it is not 0 the run stays unfinished.</summary>
    public int TrainingEndsWith { get; set; }

    /// <summary>True: a training ends with 0 because somebody told it to stop.</summary>
    public bool IsToldToStop { get; set; }

    public QuickstartData Data(int sequenceLength = 256) => new(
        Places, sequenceLength, Minicpm, (_, _, folder) => Directory.CreateDirectory(folder), Screen);

    public ExperimentNumbers Numbers => new(Places.Runs);

    public QuickstartExperiment Experiment => new(Places, Numbers, Minicpm, OnRanks, Screen);

    public void WriteJournal(string run, params string[] events) => File.WriteAllLines(
        Path.Combine(Directory.CreateDirectory(Path.Combine(Places.Runs, run)).FullName, "journal.jsonl"),
        events.Select(name => new JournalEntry(name, 480, 983_040, new Dictionary<string, object?>()).Write()));

    public void WriteHeldOut(string run, params (long Step, double Docs, double Code)[] losses) => File.WriteAllLines(
        Path.Combine(Directory.CreateDirectory(Path.Combine(Places.Runs, run)).FullName, "metrics.jsonl"),
        losses.Select(loss => MetricsLine.Write(new HeldOutReport(
            loss.Step, loss.Step * 2048, loss.Docs, 64, 1,
            [new SourceLoss("docs", loss.Docs, 2, 16_384), new SourceLoss("code", loss.Code, 2, 16_384)]))));

    public void Dispose()
    {
        _folder.Dispose();
        _said.Dispose();
    }

    private void Minicpm(string[] arguments)
    {
        Record(arguments);
        switch (arguments)
        {
            case ["data", ..]:
                Directory.CreateDirectory(arguments[Array.IndexOf(arguments, "--out") + 1]);
                break;
            case ["tokenizer", "train", "--out", var model, ..]:
                File.WriteAllText(model, "pieces");
                break;
            case ["branch", ..]:
                Directory.CreateDirectory(Path.Combine(Places.Runs, arguments[^1]));
                break;
        }
    }

    private int OnRanks(string[] arguments)
    {
        Record(arguments);
        var run = arguments[0] == "train" ? arguments[Array.IndexOf(arguments, "--name") + 1]
            : Path.GetFileName(arguments[1]);
        var isFinished = TrainingEndsWith == 0 && !IsToldToStop;
        WriteJournal(run, isFinished ? ["run-started", "run-finished"] : ["run-started"]);
        var loss = arguments[0] == "train" ? 4.75 : 4.5;
        WriteHeldOut(run, (400, loss, 60 + loss), (480, loss, 60 + loss));
        return TrainingEndsWith;
    }

    private void Record(string[] arguments) =>
        _calls.Add(string.Join(' ', arguments).Replace(_folder.Path + "/", "", StringComparison.Ordinal));
}
