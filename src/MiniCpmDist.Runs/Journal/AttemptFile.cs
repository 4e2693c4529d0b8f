using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Journal;

/// <summary><c>RUN/attempts.jsonl</c>: what the supervisor of a run has seen. It is the only writer.</summary>
public static class AttemptFile
{
    /// <summary>
    /// Adds an attempt. A line that a crash has torn is removed first, so that this one is not glued to it.
    /// </summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Append(RunFolder run, AttemptRecord attempt)
    {
        using var log = new LineLog(PathOf(run));
        if (!log.TryAppendDurable(attempt.Write()))
            throw new IOException($"{PathOf(run)} could not be written.");
    }

    /// <summary>The attempts of a run; empty for a run that was never supervised.</summary>
    public static IReadOnlyList<AttemptRecord> Read(RunFolder run, ProblemCollector? damaged = null) =>
    [
        .. RunLines.Read(
            PathOf(run), AttemptRecord.Parse, "an attempt", "the file is damaged: delete it, it is history", damaged),
    ];

    /// <summary>What failures have cost a run; null for one that was never supervised.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="damaged">
    /// Takes the problems of damaged lines, which are left out; null: the first damaged line is thrown.
    /// </param>
    public static GoodputReport? Goodput(RunFolder run, ProblemCollector? damaged = null)
    {
        var attempts = Read(run, damaged);
        return attempts.Count == 0
            ? null
            : GoodputReport.Of(
                attempts, RunLines.ReadMetrics(run, damaged).Select(line => line.Step).OfType<Core.Runs.StepReport>());
    }

    private static string PathOf(RunFolder run) => Path.Combine(run.Path, "attempts.jsonl");
}
