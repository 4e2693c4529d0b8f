using MiniCpmDist.Core.Problems;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Runs.Tests.Folder;

public sealed class RunFenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Whoever_raised_it_last_may_write_and_nobody_before()
    {
        var folder = new RunFolder(_folder.Root);
        var first = RunFence.Raise(folder);
        first.Require();

        var second = RunFence.Raise(folder);

        second.Require();
        var fenced = Assert.Throws<FencedException>(first.Require);
        Assert.Contains("number 2, this one has 1", fenced.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_behind_a_raised_fence_take_no_line()
    {
        var folder = new RunFolder(_folder.Root);
        using var records = new RunRecords(folder, RunFence.Raise(folder));
        records.Decide("run-started", 0, 0);
        RunFence.Raise(folder);

        Assert.Throws<FencedException>(() => records.Decide("phase", 1, 96));

        Assert.Single(File.ReadAllLines(folder.JournalPath));
    }

    [Fact]
    public void A_lock_that_is_taken_over_is_free_for_the_one_who_takes_it()
    {
        var folder = new RunFolder(_folder.Root);
        using var stuck = RunLock.Acquire(folder);

        using var taken = RunLock.Acquire(folder, takeOver: true);

        Assert.Throws<ConfigurationException>(() => RunLock.Acquire(folder));
    }

    [Fact]
    public void A_damaged_number_is_a_sentence()
    {
        File.WriteAllText(Path.Combine(_folder.Root, ".fence"), "one");

        var refusal = Assert.Throws<ConfigurationException>(() => RunFence.Raise(new RunFolder(_folder.Root)));

        Assert.Contains("found `one`", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("9007199254740992")]
    public void A_number_that_no_run_can_have_come_to_is_damage_and_does_not_wrap(string number)
    {
        var path = Path.Combine(_folder.Root, ".fence");
        File.WriteAllText(path, number);

        var refusal = Assert.Throws<ConfigurationException>(() => RunFence.Raise(new RunFolder(_folder.Root)));

        Assert.Contains($"found `{number}`", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(number, File.ReadAllText(path));
    }

    [Fact]
    public void A_run_whose_folder_is_gone_was_deleted_or_moved_and_not_taken_over()
    {
        var folder = new RunFolder(Directory.CreateDirectory(Path.Combine(_folder.Root, "run")).FullName);
        var fence = RunFence.Raise(folder);
        Directory.Delete(folder.Path, recursive: true);

        var gone = Assert.Throws<FencedException>(fence.Require);

        Assert.Contains("was deleted or moved while it was trained", gone.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("taken over", gone.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
