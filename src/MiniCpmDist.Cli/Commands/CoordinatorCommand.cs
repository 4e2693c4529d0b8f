using System.CommandLine;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Telemetry;
using MiniCpmDist.Coordinator;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm coordinator</c>: the coordinator as a process of its own, for many runs.</summary>
internal static class CoordinatorCommand
{
    public static Command Create()
    {
        var state = new Option<string>("--state")
        {
            Description = "Folder that keeps runs, requests, curves and the audit log; it is made if it is missing.",
            Required = true,
        };
        var listen = new Option<string>("--listen")
        {
            Description =
                "Address of gRPC: http://HOST:PORT or https://HOST:PORT; * for all addresses, port 0 for a free one.",
            DefaultValueFactory = _ => "http://127.0.0.1:7070",
        };
        var http = new Option<string?>("--http")
        {
            Description = "Address of plain HTTP, with a page to watch runs, /healthz and /metrics; none if left out.",
        };
        var hosts = new Option<string?>("--hosts")
        {
            Description = "Further names under which browsers reach it, with commas in between; addresses, localhost, "
                + "and the names of this machine and of --http are known.",
        };
        var certificate =
            new Option<string?>("--certificate") { Description = "PEM file with the certificate, for https." };
        var key = new Option<string?>("--key") { Description = "PEM file with its private key." };
        var tokens = new Option<string?>("--tokens")
        {
            Description = "File with a line `read TOKEN`, `command TOKEN NAME` or `report TOKEN RUN...` for each right "
                + "of a token; the name is the one in the audit log.",
        };
        var keep = new Option<int?>("--keep-days")
        {
            Description = "Forget runs that have not been heard of for so many days, and who commanded what before; "
                + "nothing is forgotten if left out.",
        }.Within(1, 36_500);
        var insecure = new Option<bool>("--insecure")
        {
            Description = "Listen where other machines reach it although TLS or tokens are missing.",
        };
        var command = new Command("coordinator", """
            Runs a coordinator for many runs, until it is told to end. A run joins it with
            `coordinator: { join: ADDRESS }`, and trains on while the coordinator is away; killed and started again, it
            knows every request it has accepted, and the curves of runs that have ended.

            Example:
              minicpm coordinator --state coordinator --listen http://127.0.0.1:7070
            """) { state, listen, http, hosts, certificate, key, tokens, insecure, keep };
        foreach (var inner in CoordinatorMemoryCommands.Create())
            command.Subcommands.Add(inner);
        command.SetAction(line => Run(
            new CoordinatorOptions(line.GetValue(listen))
            {
                Http = line.GetValue(http),
                Hosts = line.GetValue(hosts),
                Certificate = line.GetValue(certificate),
                Key = line.GetValue(key),
                Tokens = line.GetValue(tokens),
                Insecure = line.GetValue(insecure),
            },
            line.GetValue(state)!,
            line.GetValue(keep) is { } days ? TimeSpan.FromDays(days) : null));
        return command;
    }

    private static void Run(CoordinatorOptions options, string state, TimeSpan? keep)
    {
        var scope = new object();
        using var meter = new Meter(new MeterOptions("MiniCpmDist.Coordinator") { Scope = scope });
        using var metrics = new MetricsCollector(scope);
        var coordinator = StandaloneCoordinator.Start(
            options, state, meter, metrics.Answer, text => Console.Error.WriteLine($"note: {text}"), keep);
        using var told = new ManualResetEventSlim();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        var known = coordinator.KnownRuns == 0 ? "" : $"; {coordinator.KnownRuns} run(s) known from before";
        Console.WriteLine($"coordinator at {coordinator.BoundAddress}{known}");
        if (coordinator.HttpAddress is { } page)
            Console.WriteLine($"page at {page}/, health at {page}/healthz, metrics at {page}/metrics");
        Console.Out.Flush();
        told.Wait();
        coordinator.DisposeAsync().AsTask().GetAwaiter().GetResult();

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            told.Set();
        }
    }
}
