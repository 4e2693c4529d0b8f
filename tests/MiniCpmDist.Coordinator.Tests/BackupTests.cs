using System.Formats.Tar;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>A coordinator's memory as a file, and back.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minicpm-backup-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_backed_up_beside_a_serving_coordinator_is_restored_whole()
    {
        var (state, file, again) = (In("state"), In("backup.tar"), In("again"));
        await using (StandaloneCoordinator.Start(new CoordinatorOptions(), state))
        {
            Remember(state);
            // It is adding a line: that is not part of a backup, and no reason to refuse one.
            new LogFolder(state).Append(RequestFile.Name, "{\"format\":1,\"eve"u8);

            Assert.Equal(2, StateBackup.Write(state, file));
        }

        Assert.Equal(2, StateBackup.Restore(file, again));
        await using var restored = StandaloneCoordinator.Start(
            new CoordinatorOptions(), again, tell: text => Assert.Fail(text));
        Assert.Equal(2, restored.KnownRuns);
        Assert.Equal("trunk", Assert.Single(AuditTrail.Read(again)).Run);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(state, KeptRuns.Folder, "branch.history")),
            File.ReadAllBytes(Path.Combine(again, KeptRuns.Folder, "branch.history")));
    }

    [Fact]
    public void A_damaged_memory_makes_no_backup_and_a_damaged_backup_no_memory()
    {
        var (state, file) = (In("state"), In("backup.tar"));
        Remember(state);
        StateBackup.Write(state, file);
        var bytes = File.ReadAllBytes(file);
        var magic = bytes.AsSpan().IndexOf("MCDHIST1"u8);
        bytes[magic + 20] ^= 1;
        File.WriteAllBytes(In("damaged.tar"), bytes);
        File.WriteAllBytes(In("cut.tar"), bytes[..(bytes.Length / 3)]);

        Assert.Contains("branch.history is damaged", Refusal(() => StateBackup.Restore(In("damaged.tar"), In("again"))),
            StringComparison.Ordinal);
        Refusal(() => StateBackup.Restore(In("cut.tar"), In("again")));
        File.WriteAllText(Path.Combine(state, KeptRuns.Folder, "branch.history"), "scribble");
        Assert.Contains("branch.history is damaged", Refusal(() => StateBackup.Write(state, In("other.tar"))),
            StringComparison.Ordinal);

        Assert.Equal(
            ["backup.tar", "cut.tar", "damaged.tar", "state"],
            _folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/tmp/outside")]
    [InlineData("histories/../../outside")]
    [InlineData("something")]
    public void A_backup_that_somebody_else_has_made_leads_nowhere_outside_its_folder(string name)
    {
        using (var tar = new TarWriter(File.Create(In("hostile.tar"))))
        {
            foreach (var entry in (string[])[RequestFile.Name, name])
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entry)
                {
                    DataStream = new MemoryStream(LogLine.Write(new LogEntry.Joined("trunk", 1))),
                });
            }
        }

        Assert.Contains("has no place in a backup", Refusal(() => StateBackup.Restore(In("hostile.tar"), In("again"))),
            StringComparison.Ordinal);
        Assert.Equal(["hostile.tar"], _folder.EnumerateFileSystemInfos().Select(entry => entry.Name));
    }

    [Fact]
    public void Neither_a_backup_nor_a_memory_that_is_there_is_written_over()
    {
        var (state, file) = (In("state"), In("backup.tar"));
        Remember(state);
        StateBackup.Write(state, file);

        Assert.Contains("--out", Refusal(() => StateBackup.Write(state, file)), StringComparison.Ordinal);
        Assert.Contains("--state", Refusal(() => StateBackup.Restore(file, state)), StringComparison.Ordinal);
        Assert.Contains("--state", Refusal(() => StateBackup.Write(In("nothing"), In("x.tar"))),
            StringComparison.Ordinal);
    }

    private static string Refusal(Action act) => Assert.Throws<ConfigurationException>(act).Message;

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private static void Remember(string state)
    {
        Directory.CreateDirectory(Path.Combine(state, KeptRuns.Folder));
        var files = new LogFolder(state);
        files.Append(RequestFile.Name, LogLine.Write(new LogEntry.Joined("trunk", 1)));
        new AuditLog(files, TimeProvider.System).Asked(
            "trunk", new RunRequest("save", new RunCommand.Checkpoint()), Access.Caller.Unknown);
        new KeptRuns(new LogFolder(Path.Combine(state, KeptRuns.Folder)))
            .Write(new V1.KeptRun { RunName = "branch", HeardMs = 1 });
    }
}
