using Google.Protobuf;
using MiniCpmDist.Coordinator;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using V1 = MiniCpmDist.Coordinator.V1;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>What a coordinator reads: its log, and the bodies of calls.</summary>
internal static partial class Readers
{
    private static readonly RunStatus s_status = new(
        "first", 5, 480, 5 * 2048, 7.25, 0.01, 2048, PhaseKind.Stable, 12345.5, 2, 4)
    {
        Schedule = Contents.Options.InitialSchedule(),
        Sources = [new SourceLoss("docs", 5.25, 1.5, 96)],
    };

    private static readonly HistoryNews s_news = new(
        IsWhole: true, [HistoryPoint.Of(s_status)], [new HeldOutPoint(5, 480, 4.5)],
        [new HistoryEvent(1, "phase", 2, 96, "stable")], HistoryPoint.Of(s_status), HistoryCursor.None);

    private static IEnumerable<Reader> Messages =>
    [
        new("command message",
            [.. Contents.Commands.Select(command => RunCommandConversion.ToMessage(command).ToByteArray())], content =>
            {
                var command = RunCommandConversion.ToRecord(V1.RunCommand.Parser.ParseFrom(content));
                CommandRules.Require(
                    command, s_status, pauseWaits: command is RunCommand.Continue, continueWaits: false);
                var registry = new RunRegistry();
                registry.Open(new MemoryLog([]), "");
                var run = registry.Join("first", 1);
                registry.Accept(run, new RunRequest("id", command), Caller.Unknown);
            }),
        new("report message", [.. Reports().Select(report => report.ToByteArray())],
            content => Take(V1.ReportRequest.Parser.ParseFrom(content))),
    ];

    private static V1.KeptRun Kept => new()
    {
        RunName = "first",
        ParentRun = "trunk",
        ParentStep = 400,
        HeardMs = 1000,
        HasEnded = true,
        Status = RunStatusConversion.ToMessage(s_status),
        History = HistoryConversion.ToMessage(s_news),
    };

    private static IEnumerable<Reader> CoordinatorFiles(string folder) =>
    [
        new("audit.jsonl", [Audit()], content =>
        {
            Write(folder, AuditLog.Name, content);
            AuditTrail.Read(folder);
        }),
        new("history of a run", [KeptRunFile.Write(Kept)], OpenHistory),
        new("history of a run with the right checksum", [Kept.ToByteArray()],
            content => OpenHistory(KeptRunFile.Write(V1.KeptRun.Parser.ParseFrom(content)))),
        new("backup of a coordinator", [Backup(folder)], content =>
        {
            var state = Path.Combine(folder, "restored");
            StateBackup.Restore(Write(folder, "fuzzed.tar", content), state);
            Directory.Delete(state, recursive: true);
        }),
    ];

    private static byte[] Audit() =>
    [
        .. AuditLine.Write(new AuditEntry.Asked(
            DateTimeOffset.UnixEpoch, "first", "id", new Caller("alice", "ipv4:127.0.0.1:1"), "checkpoint")),
        .. AuditLine.Write(new AuditEntry.Ended(DateTimeOffset.UnixEpoch, "first", "id", true, 5, "saved")),
    ];

    private static byte[] Backup(string folder)
    {
        var (state, file) = (Path.Combine(folder, "state"), Path.Combine(folder, "backup.tar"));
        Directory.CreateDirectory(Path.Combine(state, KeptRuns.Folder));
        Write(state, RequestFile.Name, Contents.Requests);
        Write(state, AuditLog.Name, Audit());
        new KeptRuns(new LogFolder(Path.Combine(state, KeptRuns.Folder))).Write(Kept);
        File.Delete(file);
        StateBackup.Write(state, file);
        return File.ReadAllBytes(file);
    }

    private static void OpenHistory(byte[] content)
    {
        if (KeptRunFile.Read(content, "histories/first.history") is not { } kept)
            return;
        using var registry = new RunRegistry();
        var run = registry.Add("first");
        run.Restore(kept);
        run.Keep(DateTimeOffset.UnixEpoch);
    }

    private static IEnumerable<V1.ReportRequest> Reports()
    {
        yield return new V1.ReportRequest
        {
            Hello = new V1.Hello { RunName = "first", Fence = 3, ParentRun = "trunk", ParentStep = 400 },
        };
        var reports = new V1.Reports { News = HistoryConversion.ToMessage(s_news), HasEnded = true };
        reports.Statuses.Add(RunStatusConversion.ToMessage(s_status));
        reports.Decisions.Add(new V1.Decision
        {
            RequestId = "id",
            IsAccepted = true,
            Step = 5,
            Outcome = "done",
            Command = RunCommandConversion.ToMessage(Contents.Commands[4]),
        });
        yield return new V1.ReportRequest { Reports = reports };
    }

    /// <summary>As the service takes it.</summary>
    private static void Take(V1.ReportRequest request)
    {
        var registry = new RunRegistry();
        registry.Open(new MemoryLog([]), "");
        if (request.Hello is { } hello)
            registry.Join(hello.RunName, hello.Fence);
        if (request.Reports is not { } reports)
            return;
        var run = registry.Join("first", 1);
        if (reports.News is { } news)
            run.History.Add(HistoryConversion.ToRecord(news));
        foreach (var status in reports.Statuses)
        {
            run.History.Follow(RunStatusConversion.ToRecord(status));
            run.Board.Post(RunStatusConversion.ToRecord(status));
        }
        foreach (var decision in reports.Decisions)
        {
            registry.Record(
                run, new RunRequest(decision.RequestId, RunCommandConversion.ToRecord(decision.Command)),
                new RunDecision(decision.IsAccepted, decision.Step, decision.Outcome));
        }
    }

    private static void OpenRequests(byte[] content)
    {
        var registry = new RunRegistry();
        registry.Open(new MemoryLog(content), "state");
        foreach (var run in registry.Runs)
            run.Requests.HandTo(_ => { });
    }

    /// <summary>A log in memory.</summary>
    private sealed class MemoryLog(byte[] content) : ILogFiles
    {
        private readonly Dictionary<string, byte[]> _files = new() { [RequestFile.Name] = content };

        public IReadOnlyList<string> Names() => [.. _files.Keys];

        public byte[] Read(string name) => _files.GetValueOrDefault(name, []);

        public void Append(string name, ReadOnlySpan<byte> bytes) => _files[name] = [.. Read(name), .. bytes];

        public void Sync(string name)
        {
        }

        public void Truncate(string name, long length) => _files[name] = Read(name)[..(int)length];

        public void Replace(string name, string replacement)
        {
            _files[name] = _files[replacement];
            _files.Remove(replacement);
        }

        public void Delete(string name) => _files.Remove(name);
    }
}
