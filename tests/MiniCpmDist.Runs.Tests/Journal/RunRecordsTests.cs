using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Runs.Tests.Journal;

public sealed class RunRecordsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_damaged_journal_line_is_told_with_its_number_and_all_others_count()
    {
        var folder = new RunFolder(_folder.Root);
        Begin(folder, SomeEnvironment.Of());
        Begin(folder, SomeEnvironment.Of());
        Begin(folder, SomeEnvironment.Of(cpu: "slow"));
        var lines = File.ReadAllLines(folder.JournalPath);
        lines[1] = lines[1][..^9];
        File.WriteAllLines(folder.JournalPath, lines);

        using (var records = new RunRecords(folder))
        {
            Assert.Equal($"{folder.JournalPath}, line 2", Assert.Single(records.Lost(5)).Where);
            // The lost one is not counted twice, and the one before is known.
            var (attempt, differences) = records.Begin(5, 480, "step-00000005", 0.01, SomeEnvironment.Of(cpu: "fast"));
            Assert.Equal(4, attempt);
            Assert.Equal(["cpu: slow before, fast now"], differences);
        }
        // It stays, for whoever wants to repair it.
        Assert.Equal(lines, File.ReadAllLines(folder.JournalPath)[..3]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_journal_that_is_missing_or_empty_is_told_where_there_are_checkpoints(bool isThere)
    {
        var folder = new RunFolder(_folder.Root);
        if (isThere)
            File.WriteAllText(folder.JournalPath, "");
        using var records = new RunRecords(folder);

        Assert.Equal(folder.JournalPath, Assert.Single(records.Lost(step: 5)).Where);
        Assert.Empty(records.Lost(step: 0));
    }

    [Fact]
    public void A_journal_line_that_lacks_what_belongs_to_its_event_is_damaged()
    {
        var folder = new RunFolder(_folder.Root);
        string[] lines =
        [
            new JournalEntry("rolled-back", 7, 0, new Dictionary<string, object?>()).Write(),
            new JournalEntry("configuration", 7, 0, new Dictionary<string, object?> { ["yaml"] = 5L }).Write(),
            new JournalEntry("step-skipped", 7, 0, new Dictionary<string, object?> { ["attempt"] = "x" }).Write(),
        ];
        File.WriteAllLines(folder.JournalPath, lines);

        using var records = new RunRecords(folder);

        Assert.Equal(3, records.Lost(5).Count);
    }

    [Fact]
    public void A_journal_line_of_300_megabytes_is_passed_over_in_bounded_memory()
    {
        var folder = new RunFolder(_folder.Root);
        Begin(folder, SomeEnvironment.Of());
        using (var journal = new FileStream(folder.JournalPath, FileMode.Open))
        {
            journal.SetLength(journal.Length + (300 << 20));
            journal.Seek(0, SeekOrigin.End);
            journal.WriteByte((byte)'\n');
        }
        var before = GC.GetTotalAllocatedBytes();

        using var records = new RunRecords(folder);

        Assert.Equal($"{folder.JournalPath}, line 2", Assert.Single(records.Lost(5)).Where);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

    [Fact]
    public void A_torn_last_line_does_not_count_and_is_no_problem()
    {
        var folder = new RunFolder(_folder.Root);
        Begin(folder, SomeEnvironment.Of());
        File.AppendAllText(folder.JournalPath, "{\"format\":1,\"event\":\"run-star");

        Assert.Equal(2, Begin(folder, SomeEnvironment.Of()).Attempt);
        Assert.Equal(2, File.ReadAllLines(folder.JournalPath).Length);
    }

    [Fact]
    public void Attempts_are_counted_and_what_differs_from_the_one_before_is_told()
    {
        var folder = new RunFolder(_folder.Root);

        var first = Begin(folder, SomeEnvironment.Of(worldSize: 1, cpu: "slow"));
        var second = Begin(folder, SomeEnvironment.Of(worldSize: 1, cpu: "slow"));
        var third = Begin(folder, SomeEnvironment.Of(worldSize: 4, cpu: "fast"));

        Assert.Equal([1, 2, 3], new[] { first.Attempt, second.Attempt, third.Attempt });
        Assert.Empty(first.Differences);
        Assert.Empty(second.Differences);
        Assert.Equal(
            ["cpu: slow before, fast now"],
            third.Differences);
    }

    public void Dispose() => _folder.Dispose();

    private static (int Attempt, IReadOnlyList<string> Differences) Begin(
        RunFolder folder, RunEnvironment environment)
    {
        using var records = new RunRecords(folder);
        return records.Begin(5, 480, "step-00000005", 0.01, environment);
    }
}
