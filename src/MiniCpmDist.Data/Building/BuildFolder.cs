using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Building;

/// <summary>
/// FOLDER.partial of a data folder in the making. It holds the units that are done, which a later attempt takes over,
/// and the packed files, which become FOLDER at the end. So a folder of that name is always a whole one.
/// </summary>
internal sealed class BuildFolder : IDisposable
{
    private const string LockName = ".lock";
    private readonly string _target;
    private readonly string _partial;
    private readonly FileStream? _lock;

    private BuildFolder(string target, string partial, FileStream? held)
    {
        (_target, _partial, _lock) = (target, partial, held);
        Units = Path.Combine(partial, "units");
        Packed = Path.Combine(partial, "packed");
    }

    /// <summary>The folder's own name.</summary>
    public string Name => Path.GetFileName(_target);

    /// <summary>Folder of the units.</summary>
    public string Units { get; }

    /// <summary>Folder of what is to be published.</summary>
    public string Packed { get; }

    /// <summary>Adds a problem where something of that name exists already.</summary>
    public static void RequireFree(ProblemCollector problems, string folder) =>
        PartialFolder.RequireFree(problems, folder);

    /// <summary>Makes or takes over FOLDER.partial, for this process and the ranks of its world alone.</summary>
    /// <exception cref="ConfigurationException">The place is not writable,
    /// or another process is building the same folder.</exception>
    public static BuildFolder Acquire(string folder)
    {
        var (target, partial) = Names(folder);
        try
        {
            Directory.CreateDirectory(partial);
            var held = new FileStream(
                Path.Combine(partial, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var acquired = new BuildFolder(target, partial, held);
            acquired.RequireStillFree();
            Directory.CreateDirectory(acquired.Units);
            return acquired;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                partial, "a folder that can be written and that no other process is writing", e.Message.TrimEnd('.'),
                "wait for the other process, or choose another --out")]);
        }
    }

    /// <summary>Opens the folder on a rank whose rank 0 has acquired it.</summary>
    public static BuildFolder Join(string folder)
    {
        var (target, partial) = Names(folder);
        return new BuildFolder(target, partial, held: null);
    }

    /// <summary>
    /// Makes an empty folder for the packed files. Files that a killed attempt left in it are removed.
    /// </summary>
    public void BeginPacking()
    {
        if (Directory.Exists(Packed))
            Directory.Delete(Packed, recursive: true);
        Directory.CreateDirectory(Packed);
    }

    /// <summary>Gives the packed files, complete and synced, their folder's name, and removes the units.</summary>
    public void Commit()
    {
        FolderSync.Flush(Packed);
        Directory.Move(Packed, _target);
        FolderSync.Flush(Path.GetDirectoryName(_target)!);
        Directory.Delete(_partial, recursive: true);
    }

    /// <summary>Releases the folder. Units that are done stay for the next attempt.</summary>
    public void Dispose()
    {
        if (_lock is null)
            return;
        if (Directory.Exists(_partial) && !UnitFiles.AnyIn(Units))
            Directory.Delete(_partial, recursive: true);
        _lock.Dispose();
    }

    // The other process may have finished between our look at the name and our lock.
    private void RequireStillFree()
    {
        var problems = new ProblemCollector();
        RequireFree(problems, _target);
        if (!problems.Any)
            return;
        _lock!.Dispose();
        problems.ThrowIfAny();
    }

    private static (string Target, string Partial) Names(string folder)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return (target, target + ".partial");
    }
}
