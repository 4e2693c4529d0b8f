using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.History;

/// <summary>
/// The histories of a run and of all that are related to it in the same folder: its trunk, its branches, and theirs.
/// Each is a process of its own, so their folders tell.
/// </summary>
public sealed class FamilyHistories(RunFolder own) : IRunHistories
{
    /// <summary>The most runs that are shown together.</summary>
    public const int MostRuns = 200;

    private readonly Lock _guard = new();
    private readonly Dictionary<string, Member> _known = new(StringComparer.Ordinal);

    public IReadOnlyList<RunWithHistory> Read()
    {
        lock (_guard)
        {
            var ownPath = Path.TrimEndingDirectorySeparator(Path.GetFullPath(own.Path));
            Look_NeedsLock(Path.GetDirectoryName(ownPath)!);
            var family = Family_NeedsLock(ownPath);
            foreach (var member in family)
                member.History.Read();
            return
            [
                .. family.Select(member => new RunWithHistory(
                    member.Name, member.Parent is null ? null : NameOf_NeedsLock(member.Parent), member.ParentStep,
                    member.History.History)),
            ];
        }
    }

    /// <summary>Runs come and go while others train.</summary>
    private void Look_NeedsLock(string runs)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var path in Directory.EnumerateDirectories(runs))
            {
                var file = new FileInfo(new RunFolder(path).ConfigurationPath);
                if (!file.Exists)
                    continue;
                there.Add(path);
                if (_known.GetValueOrDefault(path)?.Configured != file.LastWriteTimeUtc)
                    _known[path] = Open(path, file.LastWriteTimeUtc, _known.GetValueOrDefault(path));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return; // What is known is shown.
        }

        foreach (var gone in _known.Keys.Except(there).ToArray())
            _known.Remove(gone);
    }

    /// <summary>A run whose configuration cannot be read has no relatives.</summary>
    private static Member Open(string path, DateTime configured, Member? before)
    {
        var folder = new RunFolder(path);
        var history = before?.History ?? new FolderHistory(folder);
        try
        {
            var options = RunFolder.Open(path).Options;
            return new Member(
                options.Name, configured,
                options.Parent is { } parent
                    ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(parent.Run, path)) : null,
                options.Parent?.Step ?? 0, history);
        }
        catch (Exception exception) when (
            exception is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            return new Member(folder.Name, configured, null, 0, history);
        }
    }

    private List<Member> Family_NeedsLock(string ownPath)
    {
        var trunk = ownPath;
        var seen = new HashSet<string>(StringComparer.Ordinal) { ownPath };
        while (_known.GetValueOrDefault(trunk)?.Parent is { } parent && _known.ContainsKey(parent) && seen.Add(parent))
            trunk = parent;
        var family = new List<string> { trunk };
        var branches = _known
            .Where(run => run.Value.Parent is not null)
            .ToLookup(run => run.Value.Parent!, run => run.Key);
        // The list grows during the walk. No run comes twice, even where parents form a circle.
        for (var i = 0; i < family.Count && family.Count < MostRuns; i++)
            family.AddRange(branches[family[i]].Except(family).Order(StringComparer.Ordinal).ToArray());
        return
        [
            .. family.Take(MostRuns).Select(path => _known.GetValueOrDefault(path)).OfType<Member>()
                .DistinctBy(member => member.Name),
        ];
    }

    private string NameOf_NeedsLock(string path) => _known.GetValueOrDefault(path)?.Name ?? new RunFolder(path).Name;

    private sealed record Member(
        string Name, DateTime Configured, string? Parent, long ParentStep, FolderHistory History);
}
