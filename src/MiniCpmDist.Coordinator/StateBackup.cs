using System.Formats.Tar;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Coordinator;

/// <summary>
/// A coordinator's memory as one tar file, taken while it serves or not. It is read before it gets its name, as a
/// coordinator would read it, and once more before it is put back.
/// </summary>
public static class StateBackup
{
    private const int LargestBytes = 256 << 20;
    private const string Advice = "name the folder that was `--state` of `minicpm coordinator`";

    /// <summary>Writes a backup.</summary>
    /// <param name="stateFolder">The memory.</param>
    /// <param name="file">The tar file; no file has that name yet.</param>
    /// <returns>Number of runs in it.</returns>
    /// <exception cref="ConfigurationException">What is wrong with the folder or the file.</exception>
    public static int Write(string stateFolder, string file)
    {
        var problems = new ProblemCollector();
        problems.Require(
            File.Exists(Path.Combine(stateFolder, RequestFile.Name)), "--state", "the memory of a coordinator",
            $"{stateFolder} without {RequestFile.Name}", Advice);
        problems.Require(
            !Path.Exists(file), "--out", "a file that is not there yet", $"{file}, which is there",
            "choose another name: an older backup may be needed");
        problems.ThrowIfAny();
        return Told("--out", () =>
        {
            var contents = Collect(stateFolder);
            // Only one that can be put back is called a backup.
            var runs = Check(contents, stateFolder);
            var partial = file + ".partial";
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
                {
                    foreach (var (name, bytes) in contents)
                        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
                        {
                            DataStream = new MemoryStream(bytes),
                        });
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, file);
            FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(file))!);
            return runs;
        });
    }

    /// <summary>Makes a state folder of a backup.</summary>
    /// <param name="file">A backup.</param>
    /// <param name="stateFolder">Gets the memory; not there yet, or empty.</param>
    /// <returns>Number of runs in it.</returns>
    /// <exception cref="ConfigurationException">What is wrong with the file or the folder; the folder is then as it
    /// was.</exception>
    public static int Restore(string file, string stateFolder)
    {
        var problems = new ProblemCollector();
        problems.Require(
            !Path.Exists(stateFolder)
            || (Directory.Exists(stateFolder) && !Directory.EnumerateFileSystemEntries(stateFolder).Any()),
            "--state", "a folder that is not there yet, or is empty", $"{stateFolder}, in which something is",
            "move it away first: a backup takes the place of a memory and is not mixed with one");
        problems.ThrowIfAny();
        return Told("FILE", () =>
        {
            var contents = Unpack(file);
            var runs = Check(contents, file);
            var partial = Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateFolder)) + ".partial";
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
            Directory.CreateDirectory(Path.Combine(partial, KeptRuns.Folder));
            foreach (var (name, bytes) in contents)
            {
                using var one = new FileStream(Path.Combine(partial, name), FileMode.CreateNew, FileAccess.Write);
                one.Write(bytes);
                one.Flush(flushToDisk: true);
            }

            FolderSync.Flush(partial);
            if (Directory.Exists(stateFolder))
                Directory.Delete(stateFolder);
            Directory.Move(partial, stateFolder);
            return runs;
        });
    }

    // Histories are replaced whole. The logs are added to while they are read: what stands after the last end of a line
    // is not written yet, and nobody was told that it was there.
    private static List<(string Name, byte[] Bytes)> Collect(string stateFolder)
    {
        var state = new LogFolder(stateFolder);
        var histories = new LogFolder(Path.Combine(stateFolder, KeptRuns.Folder));
        var contents = histories.Names()
            .Where(name => KeptRuns.RunOf(name) is not null)
            .Order(StringComparer.Ordinal)
            .Select(name => ($"{KeptRuns.Folder}/{name}", histories.Read(name)))
            .Where(file => file.Item2.Length > 0) // Forgotten in the meantime.
            .ToList();
        foreach (var name in (string[])[RequestFile.Name, AuditLog.Name])
        {
            var bytes = state.Read(name);
            contents.Add((name, bytes[..(bytes.AsSpan().LastIndexOf((byte)'\n') + 1)]));
        }

        return contents;
    }

    private static List<(string Name, byte[] Bytes)> Unpack(string file)
    {
        var contents = new List<(string, byte[])>();
        long total = 0;
        using var stream = RegularFile.Open(file);
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            total += entry.Length;
            if (entry.EntryType != TarEntryType.RegularFile || !IsOurs(entry.Name) || total > LargestBytes
                || contents.Exists(known => known.Item1 == entry.Name))
            {
                throw new InvalidDataException($"`{PlainText.Of(entry.Name)}` has no place in a backup");
            }

            using var bytes = new MemoryStream();
            entry.DataStream?.CopyTo(bytes);
            contents.Add((entry.Name, bytes.ToArray()));
        }

        return contents.Exists(known => known.Item1 == RequestFile.Name)
            ? contents
            : throw new InvalidDataException($"no {RequestFile.Name} is in it");
    }

    private static bool IsOurs(string name) => name is RequestFile.Name or AuditLog.Name
        || (name.StartsWith(KeptRuns.Folder + "/", StringComparison.Ordinal)
            && KeptRuns.RunOf(name[(KeptRuns.Folder.Length + 1)..]) is not null);

    private static int Check(List<(string Name, byte[] Bytes)> contents, string where)
    {
        using var registry = new RunRegistry();
        registry.Open(new ReadOnlyFiles(contents), where, Refuse);
        AuditLog.Read(new ReadOnlyFiles(contents));
        foreach (var (name, bytes) in contents.Where(file => file.Name.StartsWith(KeptRuns.Folder + "/",
            StringComparison.Ordinal)))
        {
            var kept = KeptRunFile.Read(bytes, name);
            if (kept is null || kept.RunName != KeptRuns.RunOf(Path.GetFileName(name)))
                Refuse($"{name} is damaged");
            registry.Add(kept!.RunName).Restore(kept);
        }

        return registry.Runs.Count;
    }

    private static void Refuse(string sentence) => throw new InvalidDataException(sentence);

    private static int Told(string where, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or InvalidDataException or FormatException or EndOfStreamException)
        {
            throw new ConfigurationException([new Problem(
                where, "a memory that can be read and written whole", exception.Message,
                "look at that file; what was there before is untouched")]);
        }
    }

    /// <summary>Files that are only looked at.</summary>
    private sealed class ReadOnlyFiles(List<(string Name, byte[] Bytes)> contents) : ILogFiles
    {
        public IReadOnlyList<string> Names() => [.. contents.Select(file => file.Name)];

        public byte[] Read(string name) => contents.Find(file => file.Name == name).Bytes ?? [];

        public void Append(string name, ReadOnlySpan<byte> bytes) =>
            throw new InvalidDataException($"the end of {RequestFile.Name} cannot be read");

        public void Sync(string name)
        {
        }

        public void Truncate(string name, long length)
        {
        }

        public void Replace(string name, string replacement)
        {
        }

        public void Delete(string name)
        {
        }
    }
}
