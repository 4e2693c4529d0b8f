using MiniCpmDist.Cli.Telemetry;
using MiniCpmDist.Coordinator;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.History;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// Passes commands to rank 0, through a coordinator of its own or a connection to one that the run joins; with
/// <c>coordinator.address: null</c> there is neither. The run's folder says where the coordinator is for as long as the
/// training runs.
/// </summary>
internal sealed class RunCoordinator : IDisposable
{
    private readonly EmbeddedCoordinator? _embedded;
    private readonly RunReporter? _reporter;
    private readonly string _folder;

    private RunCoordinator(string address, string folder, EmbeddedCoordinator? embedded, RunReporter? reporter)
    {
        (Address, _folder, _embedded, _reporter) = (address, folder, embedded, reporter);
        Control = (IRunControl?)reporter ?? embedded!.Control;
    }

    public string Address { get; }

    /// <summary>Where people can watch the run with a browser; null where nobody has asked for plain HTTP.</summary>
    public string? Page => _embedded?.HttpAddress;

    public IRunControl Control { get; }

    /// <summary>Starts listening, or gets ready to report; the folder need not be there yet.</summary>
    public static RunCoordinator? Start(RunOptions options, RunFolder folder, RunTelemetry? telemetry) =>
        options.Coordinator switch
        {
            { Join: { } join } => Join(join, options, folder),
            { Address: not null } => Embed(options, folder, telemetry),
            _ => null,
        };

    /// <summary>Checks what <see cref="Start"/> checks, and neither listens nor calls.</summary>
    public static void Check(CoordinatorOptions options, ProblemCollector problems)
    {
        if (options.Join is not null)
            problems.Try(() => AccessOf(options));
        else if (options.Address is not null)
            problems.Try(() => EmbeddedCoordinator.Check(options));
    }

    public void Dispose()
    {
        _embedded?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (_reporter is null)
            return;
        _reporter.Dispose();
        CoordinatorFile.Remove(_folder, Address);
    }

    private static void Note(string text) => Console.Error.WriteLine($"note: {text}");

    private static CoordinatorAccess AccessOf(CoordinatorOptions options) => new(
        TokenFile.Read(options.TokenFile, "coordinator.token_file"), options.CertificateAuthorities, options.Insecure);

    private static RunCoordinator Embed(RunOptions options, RunFolder folder, RunTelemetry? telemetry)
    {
        var embedded = EmbeddedCoordinator.Start(
            options.Coordinator, options.Name, folder.Path, telemetry?.Answer,
            new FamilyHistories(folder), Note);
        return new RunCoordinator(embedded.BoundAddress, folder.Path, embedded, null);
    }

    private static RunCoordinator Join(string address, RunOptions options, RunFolder folder)
    {
        var access = AccessOf(options.Coordinator);
        var done = new FolderHistory(folder);
        var reporter = new RunReporter(new RunReporterOptions(address, options.Name, Begin)
        {
            Access = access,
            Parent = options.Parent is { } parent ? (new RunFolder(parent.Run).Name, parent.Step) : null,
            History = cursor =>
            {
                done.Read();
                return done.History.Since(cursor);
            },
            Log = Note,
        });
        return new RunCoordinator(address, folder.Path, null, reporter);

        // The training loop's first step asks for it: by then the folder is there and this world's number is in it.
        long Begin()
        {
            CoordinatorFile.Write(folder.Path, new CoordinatorFile(address, options.Name, Environment.MachineName));
            return RunFence.NumberOf(folder);
        }
    }
}
