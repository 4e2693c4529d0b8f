using System.Text;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Coordinator.Tests;

public class LogTests
{
    private static readonly RunDecision s_done = new(true, 7, "done");

    [Fact]
    public void Every_command_comes_back_from_its_line_as_it_was()
    {
        foreach (var command in Some.Commands)
        {
            LogEntry entry = new LogEntry.Accepted("trunk", new RunRequest("Größe \"1\"", command));
            var line = LogLine.Write(entry);

            Assert.Equal((byte)'\n', line[^1]);
            Assert.Equal(entry, LogLine.Read(line.AsSpan()[..^1]));
        }
    }

    [Fact]
    public void A_line_with_any_one_byte_changed_is_not_believed()
    {
        var line = LogLine.Write(new LogEntry.Decided("trunk", "save-1", s_done))[..^1];
        for (var at = 0; at < line.Length; at++)
        {
            var changed = (byte[])line.Clone();
            changed[at] ^= 0x20;
            Assert.Null(LogLine.Read(changed));
        }
    }

    [Fact]
    public void Killed_at_every_write_it_has_all_that_it_promised_and_hands_out_what_is_undecided()
    {
        // Once undisturbed, to know how long it takes; then killed after each byte and operation.
        var whole = new MemoryFiles();
        Live(whole, _ => { });
        for (var work = 0L; work < whole.Work; work++)
        {
            var files = new MemoryFiles();
            files.EndAfter(work, () => new KilledException());
            var promised = new List<string>();
            var decided = new List<string>();
            Assert.Throws<KilledException>(() =>
                Live(files, id => (id[0] == '!' ? decided : promised).Add(id.TrimStart('!'))));

            var (registry, handed) = Reopen(files.AfterDeath());
            var run = registry.Runs.SingleOrDefault();
            foreach (var id in promised)
            {
                var request = run?.Requests.Find(id);
                Assert.NotNull(request);
                // Handed out or answered, never both and never neither.
                Assert.NotEqual(request.Decision.IsCompletedSuccessfully, handed.Contains(id));
                Assert.True(request.Decision.IsCompletedSuccessfully || !decided.Contains(id),
                    $"{id} is decided and handed out");
            }

            Assert.Equal(handed.Distinct(), handed);
            // What was on its way when the end came may be there or not; nothing else is.
            Assert.InRange(handed.Count + (run?.Requests.All().Count(one => one.Decision.IsCompleted) ?? 0),
                promised.Count, promised.Count + 1);
        }
    }

    [Fact]
    public void A_disk_that_fails_for_a_while_loses_only_what_was_refused()
    {
        var files = new MemoryFiles();
        var registry = new RunRegistry();
        registry.Open(files, "");
        var run = registry.Join("trunk", 1);
        registry.Accept(run, Ask("before"), Caller.Unknown);
        for (var work = 0; work < 250; work += 7)
        {
            files.EndAfter(work, () => new IOException("No space left on device"));
            var exception = Assert.Throws<LogUnwritableException>(
                () => registry.Accept(run, Ask("refused"), Caller.Unknown));
            Assert.Contains("No space left on device", exception.Message, StringComparison.Ordinal);
        }

        files.Heal();
        registry.Accept(run, Ask("after"), Caller.Unknown);

        var (again, handed) = Reopen(files.AfterDeath());
        Assert.Equal(["before", "after"], handed);
        Assert.Null(again.Find("trunk").Requests.Find("refused"));
    }

    [Fact]
    public void A_damaged_line_before_good_ones_is_a_sentence_with_its_number()
    {
        var files = new MemoryFiles();
        var lines = Encoding.UTF8.GetString([
            .. LogLine.Write(new LogEntry.Joined("trunk", 1)),
            .. LogLine.Write(new LogEntry.Accepted("trunk", Ask("one"))),
            .. LogLine.Write(new LogEntry.Accepted("trunk", Ask("two")))]);
        files.Append(RequestFile.Name,
            Encoding.UTF8.GetBytes(lines.Replace("\"one\"", "\"0ne\"", StringComparison.Ordinal)));

        var exception = Assert.Throws<ConfigurationException>(() => Reopen(files));

        Assert.StartsWith("requests.jsonl:2: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_end_is_kept_aside_and_told_and_what_stands_before_it_counts()
    {
        var files = new MemoryFiles();
        byte[] whole = [
            .. LogLine.Write(new LogEntry.Joined("trunk", 1)),
            .. LogLine.Write(new LogEntry.Accepted("trunk", Ask("one")))];
        var end = LogLine.Write(new LogEntry.Accepted("trunk", Ask("two")));
        end[20] ^= 1;
        files.Append(RequestFile.Name, [.. whole, .. end]);
        var told = new List<string>();

        new RunRegistry().Open(files, "state", told.Add);

        Assert.Contains("requests.jsonl: the last", Assert.Single(told), StringComparison.Ordinal);
        Assert.Contains("from line 3 on", told[0], StringComparison.Ordinal);
        Assert.Equal(whole, files.Read(RequestFile.Name));
        Assert.Equal(end, files.Read(RequestFile.DamagedName));
        Assert.Equal(["one"], Reopen(files).Handed);
    }

    [Fact]
    public void Memory_and_file_are_bounded_by_what_is_undecided()
    {
        var files = new MemoryFiles();
        var registry = new RunRegistry();
        registry.Open(files, "");
        var run = registry.Join("trunk", 1);
        registry.Accept(run, Ask("waits"), Caller.Unknown);
        for (var index = 0; index < 6_000; index++)
        {
            var asked = Ask($"request-{index}");
            registry.Accept(run, asked, Caller.Unknown);
            registry.Record(run, asked, s_done);
        }

        Assert.True(files.Read(RequestFile.Name).Length < 2_000_000, $"{files.Read(RequestFile.Name).Length} bytes");
        Assert.Equal(RequestTable.MostDecided + 1, run.Requests.All().Count);
        var (_, handed) = Reopen(files.AfterDeath());
        Assert.Equal(["waits"], handed);
    }

    /// <summary>A life of a coordinator: joins, requests, decisions. What is promised to somebody outside is
    /// told.</summary>
    private static void Live(MemoryFiles files, Action<string> promise)
    {
        var registry = new RunRegistry();
        registry.Open(files, "");
        var run = registry.Join("trunk", 1);
        for (var index = 0; index < 6; index++)
        {
            var asked = new RunRequest($"request-{index}", Some.Commands[index]);
            registry.Accept(run, asked, Caller.Unknown);
            promise(asked.Id);
            if (index % 2 == 0)
                continue;
            registry.Record(run, asked, s_done);
            promise("!" + asked.Id);
        }
    }

    private static (RunRegistry Registry, List<string> Handed) Reopen(MemoryFiles files)
    {
        var registry = new RunRegistry();
        registry.Open(files, "");
        var handed = new List<string>();
        foreach (var run in registry.Runs)
            run.Requests.HandTo(asked => handed.Add(asked.Id));
        return (registry, handed);
    }

    private static RunRequest Ask(string id) => new(id, new RunCommand.Checkpoint());
}
