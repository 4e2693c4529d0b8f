using System.Diagnostics;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Cli.Launching;

/// <summary>Records how long each part of this process's start took, before there was a trace to record it.</summary>
internal static class StartTimes
{
    private static readonly List<(string Part, long End)> s_parts = [];

    /// <summary>Marks that a part of the start is over and the next one begins.</summary>
    public static void Done(string part) => s_parts.Add((part, Now()));

    /// <summary>Parts since the start of the process, without gaps.</summary>
    public static void Tell(StepTrace trace)
    {
        using var process = Process.GetCurrentProcess();
        var age = TimeProvider.System.GetUtcNow() - process.StartTime;
        var start = Now() - (long)(age.TotalSeconds * TimeProvider.System.TimestampFrequency);
        foreach (var (part, end) in s_parts)
        {
            trace.Add(part, start, end);
            start = end;
        }
    }

    private static long Now() => TimeProvider.System.GetTimestamp();
}
