using System.Text;
using System.Text.Json;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Journal;

/// <summary>How far a run had come before this process, and for how long it has stood still.</summary>
public static class EarlierAttempts
{
    // No line is longer than this, not even one with hundreds of sources.
    private const int Tail = 64 * 1024;

    /// <returns>The last step that was trained, and how long ago; zeros for a run that begins.</returns>
    public static (long Step, TimeSpan Since) Of(RunFolder folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(time);
        var file = new FileInfo(folder.MetricsPath);
        if (!file.Exists || file.Length == 0)
            return (0, TimeSpan.Zero);
        var since = time.GetUtcNow() - new DateTimeOffset(file.LastWriteTimeUtc);
        return (LastStep(file.FullName), since > TimeSpan.Zero ? since : TimeSpan.Zero);
    }

    private static long LastStep(string path)
    {
        using var file = InputFile.Open(path);
        file.Position = Math.Max(0, file.Length - Tail);
        var end = new byte[Tail];
        var count = file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        foreach (var line in Encoding.UTF8.GetString(end.AsSpan(0, count)).Split('\n').Reverse())
        {
            if (StepOf(line) is { } step)
                return step;
        }
        return 0;
    }

    /// <summary>Null for a line that a crash has torn.</summary>
    private static long? StepOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("step", out var step)
                && step.ValueKind == JsonValueKind.Number && step.TryGetInt64(out var number)
                ? number
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
