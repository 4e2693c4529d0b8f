using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.Tests.Journal;

public sealed class AttemptFileTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly RunFolder _run = new(Directory.CreateTempSubdirectory("minicpm-attempts-").FullName);

    [Fact]
    public void An_attempt_after_a_torn_line_is_read_and_the_torn_line_is_not()
    {
        AttemptFile.Append(_run, Attempt(1));
        File.AppendAllText(Path.Combine(_run.Path, "attempts.jsonl"), Attempt(2).Write()[..20]);

        AttemptFile.Append(_run, Attempt(3));

        Assert.Equal([1, 3], AttemptFile.Read(_run).Select(attempt => attempt.Attempt));
    }

    public void Dispose() => Directory.Delete(_run.Path, recursive: true);

    private static AttemptRecord Attempt(int number) =>
        new(number, 2, s_start, s_start.AddMinutes(1), 0, null, "finished");
}
