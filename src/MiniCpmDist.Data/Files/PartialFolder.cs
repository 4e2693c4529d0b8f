using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Files;

/// <summary>
/// A folder in the making: everything is written to FOLDER.partial, which becomes FOLDER at the end or is removed. So a
/// folder of that name is always a whole one. Long work keeps FOLDER.partial, to go on there.
/// </summary>
public sealed class PartialFolder : IDisposable
{
    private const string LockName = ".lock";
    private readonly string _target;
    private readonly FileStream _lock;
    private readonly Func<string, bool>? _isWorthKeeping;
    private bool _committed;

    private PartialFolder(string target, string path, FileStream held, Func<string, bool>? isWorthKeeping)
    {
        _target = target;
        _isWorthKeeping = isWorthKeeping;
        Path = path;
        _lock = held;
    }

    /// <summary>The folder to write to.</summary>
    public string Path { get; }

    /// <summary>Adds a problem where something of that name exists already.</summary>
    public static void RequireFree(ProblemCollector problems, string folder) => problems.Require(
        !System.IO.Path.Exists(folder), folder, "a name that is free", Directory.Exists(folder) ? "a folder" : "a file",
        "choose another --out, or remove it");

    /// <summary>FOLDER.partial, for those who share the work with the process that has made it.</summary>
    public static string PathOf(string folder) =>
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder)) + ".partial";

    /// <summary>Makes FOLDER.partial; what an earlier attempt left in it is removed, or kept to go on with.</summary>
    /// <param name="folder">The name that it gets in the end.</param>
    /// <param name="isWorthKeeping">Whether a later attempt goes on with a file of that name; where there is one, the
    /// folder is kept. Null: nothing is.</param>
    /// <exception cref="ConfigurationException">The place is not writable,
    /// or another process is writing the same folder.</exception>
    public static PartialFolder Create(string folder, Func<string, bool>? isWorthKeeping = null)
    {
        var target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        var path = PathOf(folder);
        try
        {
            Directory.CreateDirectory(path);
            var held = new FileStream(
                System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var partial = new PartialFolder(target, path, held, isWorthKeeping);
            if (isWorthKeeping is null)
                partial.Clear();
            return partial;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                path, "a folder that can be written and that no other process is writing", e.Message.TrimEnd('.'),
                "choose another --out")]);
        }
    }

    /// <summary>Removes all files.</summary>
    public void Clear() => Remove(_ => true);

    /// <summary>Removes files by their names.</summary>
    public void Remove(Func<string, bool> isUnwanted)
    {
        foreach (var entry in new DirectoryInfo(Path).EnumerateFiles()
            .Where(file => file.Name != LockName && isUnwanted(file.Name)))
            entry.Delete();
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Gives the folder its name; everything in it is complete and closed.</summary>
    public void Commit()
    {
        System.IO.File.Delete(_lock.Name);
        Directory.Move(Path, _target);
        _committed = true;
    }

    private bool IsKept() => _isWorthKeeping is { } isWorthKeeping
        && Directory.EnumerateFiles(Path).Any(file => isWorthKeeping(System.IO.Path.GetFileName(file)));

    public void Dispose()
    {
        _lock.Dispose();
        if (!_committed && !IsKept())
            Directory.Delete(Path, recursive: true);
    }
}
