using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Runs;
using MiniCpmDist.Engine.Tests.Files;
using MiniCpmDist.Engine.Tests.Training;

namespace MiniCpmDist.Engine.Tests.Runs;

public sealed class RunRecordsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_damaged_journal_line_is_refused_with_file_and_line()
    {
        var folder = new RunFolder(_folder.Root);
        using (var records = new RunRecords(folder))
        {
            records.Decide("phase", 1, 0);
            records.Decide("phase", 2, 96);
            records.Decide("phase", 3, 192);
        }
        var lines = File.ReadAllLines(folder.JournalPath);
        lines[1] = lines[1][..^9];
        File.WriteAllLines(folder.JournalPath, lines);

        for (var i = 0; i < 2; i++)     // The second time shows that the first let go of the files.
        {
            var fault = Assert.Single(Assert.Throws<ConfigurationException>(() => new RunRecords(folder)).Faults);
            Assert.Equal($"{folder.JournalPath}, line 2", fault.Where);
        }
        Assert.Equal(lines, File.ReadAllLines(folder.JournalPath));
    }

    [Fact]
    public void A_torn_last_line_does_not_count_and_is_no_fault()
    {
        var folder = new RunFolder(_folder.Root);
        Begin(folder, TinyRun.Environment());
        File.AppendAllText(folder.JournalPath, "{\"format\":1,\"event\":\"run-star");

        Assert.Equal(2, Begin(folder, TinyRun.Environment()).Attempt);
        Assert.Equal(2, File.ReadAllLines(folder.JournalPath).Length);
    }

    [Fact]
    public void Attempts_are_counted_and_what_differs_from_the_one_before_is_told()
    {
        var folder = new RunFolder(_folder.Root);

        var first = Begin(folder, TinyRun.Environment(worldSize: 1, cpu: "slow"));
        var second = Begin(folder, TinyRun.Environment(worldSize: 1, cpu: "slow"));
        var third = Begin(folder, TinyRun.Environment(worldSize: 4, cpu: "fast"));

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
