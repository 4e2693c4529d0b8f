using MiniCpmDist.Coordinator.V1;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>
/// The folder <c>histories</c>: a file for each run, written whole or not at all. One that is damaged costs a curve and
/// nothing else.
/// </summary>
internal sealed class KeptRuns(ILogFiles files)
{
    public const string Folder = "histories";
    private const string Suffix = ".history";

    // No run's name begins with a dot.
    private const string NewName = ".new";
    private const string Damaged = ".damaged-";

    /// <summary>The name of a run's file.</summary>
    public static string FileOf(string run) => run + Suffix;

    /// <summary>The run whose file has this name; null for any other file.</summary>
    public static string? RunOf(string name) =>
        name.EndsWith(Suffix, StringComparison.Ordinal) && RunName.IsValid(name[..^Suffix.Length])
            ? name[..^Suffix.Length] : null;

    /// <summary>Reads what is there.</summary>
    /// <param name="read">Takes each run.</param>
    /// <param name="tell">Takes a sentence about each damaged file, which is set aside.</param>
    /// <exception cref="ConfigurationException">A newer version of the program wrote one.</exception>
    public void Read(Action<KeptRun> read, Action<string>? tell)
    {
        foreach (var name in files.Names().Where(name => RunOf(name) is not null).Order(StringComparer.Ordinal))
        {
            if (KeptRunFile.Read(files.Read(name), $"{Folder}/{name}") is { } run && run.RunName == RunOf(name)
                && Took(read, run))
            {
                continue;
            }

            files.Replace(Damaged + name, name);
            tell?.Invoke(
                $"{Folder}/{name} is damaged and kept as {Damaged}{name}: the curves of that run are lost here; its "
                + "folder has them");
        }
    }

    /// <exception cref="IOException">The disk does not take it; what was there before stays.</exception>
    public void Write(KeptRun run)
    {
        files.Delete(NewName);
        files.Append(NewName, KeptRunFile.Write(run));
        files.Sync(NewName);
        files.Replace(FileOf(run.RunName), NewName);
    }

    public void Delete(string run) => files.Delete(FileOf(run));

    private static bool Took(Action<KeptRun> read, KeptRun run)
    {
        try
        {
            read(run);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
