using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Recovery;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>
/// Keeps a run going: starts its ranks, watches that they get on, and after a failure goes on from the newest
/// checkpoint on what is left. Problems that the user has to fix are not tried again.
/// </summary>
internal sealed class Supervisor(SupervisedRun run, HostPool hosts, TextWriter said, TimeProvider time)
{
    private readonly RetryRule _rule = new(run.Options.Recovery.Retries, run.Options.Recovery.RetryAfter);
    private readonly IReadOnlyList<int> _sizes = run.Options.Parallel.WorldSizes;
    private readonly long _begin = time.GetTimestamp();
    // Ranks of earlier attempts: if a host was cut off, they may live on there and still write heartbeats.
    private readonly HashSet<(string Host, int ProcessId)> _former = [];
    private readonly FormerWorld _formerWorld = new(
        run.Folder, run.Options.Recovery.HangAfter, text => said.WriteLine($"minicpm launch: {text}"), time);
    private TimeSpan? _failedAt;

    private TimeSpan Elapsed => time.GetElapsedTime(_begin);

    /// <returns>The exit code of the last attempt.</returns>
    public int Run()
    {
        using var signals = new ForwardedSignals();
        // A supervisor before this one may have been killed.
        var takeOver = !run.IsTakenOver && _formerWorld.IsStuck(() => signals.IsEndAsked);
        if (signals.IsEndAsked)
            return End(ExitCodes.ResumeLater);
        while (run.NextArguments(Elapsed, takeOver) is { } arguments)
        {
            var attempt = hosts.Fit(_sizes) is { } fit ? Follow(fit, arguments, signals) : NoRoom();
            Record(attempt);
            if (attempt.Cause is not { } cause || signals.IsEndAsked)
                return End(attempt.ExitCode);
            Say($"failed ({FailureCauseName.Of(cause)}): {attempt.Text}");
            if (_rule.Next(run.HasGotOn()) is not { } pause)
            {
                Say($"given up: {run.Options.Recovery.Retries} retries in a row have reached no new checkpoint");
                return End(attempt.ExitCode);
            }
            if (pause > TimeSpan.Zero)
                Say($"tries again in {ProgressText.Span(pause)}");
            signals.Wait(pause);
            if (signals.IsEndAsked)
                return End(attempt.ExitCode);
            takeOver = cause is FailureCause.Hung or FailureCause.HostLost
                || _formerWorld.IsStuck(() => signals.IsEndAsked);
        }
        return End(ExitCodes.ResumeLater);
    }

    private AttemptRecord Follow(WorldFit fit, string[] arguments, ForwardedSignals signals)
    {
        run.ForgetHeartbeats();
        var (started, start) = (time.GetUtcNow(), Elapsed);
        var watch = new HangWatch(run.Options.Recovery.HangAfter, start);
        HangReport? hang = null;
        using var world = WorldProcess.Start(fit, arguments);
        signals.SendTo(world.Signal);
        var round = HangWatch.BeatOf(run.Options.Recovery.HangAfter) / 2;
        while (!world.Wait(round))
        {
            watch.Observe(
                Elapsed, Heartbeats().Where(heartbeat => !_former.Contains((heartbeat.Host, heartbeat.ProcessId))));
            TellRecovery(watch, fit);
            hang = watch.Find(Elapsed);
            if (hang is null)
                continue;
            Say($"gets nowhere: {hang.Text}; it is ended");
            world.End();
            break;
        }
        if (world.ExitCode != 0)
            _formerWorld.EndRest(world);
        signals.SendTo(null);
        _former.UnionWith(Heartbeats().Select(heartbeat => (heartbeat.Host, heartbeat.ProcessId)));
        _failedAt = watch.LastProgress;
        var lost = LostHosts(fit, world.ExitCode, signals);
        var cause = AttemptEnd.CauseOf(
            world.ExitCode, signals.IsEndAsked, hang is not null, lost.Length > 0, world.FirstCause);
        return new AttemptRecord(
            run.JournaledAttempts(), fit.Ranks, started, time.GetUtcNow(), world.ExitCode, cause,
            cause is null ? "" : Text(lost, hang, world))
        {
            FirstStep = watch.FirstStep is { } first ? started + (first - start) : null,
            LastProgress = started + (watch.LastProgress - start),
        };
    }

    private static string Text(string[] lost, HangReport? hang, WorldProcess world)
    {
        string[] parts =
        [
            .. lost.Length > 0 ? (string[])[$"no answer from {string.Join(", ", lost)}"] : [],
            .. hang is null ? (string[])[] : [hang.Text],
            .. world.FirstCause is { Length: > 0 } cause ? (string[])[cause] : [],
        ];
        return parts.Length > 0 ? string.Join("; ", parts) : $"exit code {world.ExitCode}";
    }

    /// <summary>Hosts that had ranks and no longer answer; no host is asked after a success.</summary>
    private string[] LostHosts(WorldFit fit, int exitCode, ForwardedSignals signals)
    {
        if (exitCode == 0 || fit.Hosts.Count == 0 || signals.IsEndAsked)
            return [];
        hosts.Fit(_sizes);
        return [.. fit.Hosts.Select(host => host.Name).Intersect(hosts.Silent.Select(host => host.Name))];
    }

    private AttemptRecord NoRoom() => new(
        0, 0, time.GetUtcNow(), time.GetUtcNow(), ExitCodes.Failure, FailureCause.HostLost,
        hosts.Silent.Count > 0
            ? $"no answer from {string.Join(", ", hosts.Silent.Select(host => host.Name))}"
            : $"no room for a rank; this run has worlds of {string.Join(", ", _sizes)}");

    private void TellRecovery(HangWatch watch, WorldFit fit)
    {
        if (_failedAt is not { } failed || watch.FirstStep is null)
            return;
        Say(FormattableString.Invariant(
            $"trains again on {fit.Ranks} rank(s), {(Elapsed - failed).TotalSeconds:F1} s after it last got on"));
        _failedAt = null;
    }

    private IReadOnlyList<RankHeartbeat> Heartbeats() => HeartbeatFolder.Read(run.Folder);

    private void Record(AttemptRecord attempt)
    {
        if (!File.Exists(run.Folder.ConfigurationPath))
            return;
        try
        {
            AttemptFile.Append(run.Folder, attempt);
        }
        catch (Exception exception) when (exception is IOException or ConfigurationException)
        {
            // A run must not end because its history cannot be written.
            Say($"warning: {exception.Message}");
        }
    }

    private int End(int exitCode)
    {
        try
        {
            var report = AttemptFile.Goodput(run.Folder);
            foreach (var line in report is { Failures: > 0 } ? GoodputText.Lines(report) : [])
                said.WriteLine(line);
        }
        catch (ConfigurationException damaged)
        {
            // The run has ended as it has, whatever is wrong with its history.
            Say($"warning: {damaged.Message}");
        }
        return exitCode;
    }

    private void Say(string text) => said.WriteLine($"minicpm launch: {text}");
}
