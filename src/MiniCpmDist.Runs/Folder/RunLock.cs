using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Runs.Folder;

/// <summary>
/// Rank 0 holds this lock while it trains a run, and a second process that wants the same run is refused. The operating
/// system releases the lock when the process ends, however it ends.
/// </summary>
public sealed class RunLock : IDisposable
{
    private const string FileName = ".lock";
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <param name="folder">The run.</param>
    /// <param name="takeOver">Do not ask who holds it: the holder is shut out by <see cref="RunFence"/>.</param>
    /// <exception cref="ConfigurationException">Another process trains the run.</exception>
    public static RunLock Acquire(RunFolder folder, bool takeOver = false)
    {
        var path = Path.Combine(folder.Path, FileName);
        try
        {
            // The holder keeps its lock on a file that has no name any more; the next one is another file.
            if (takeOver)
                File.Delete(path);
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception)
        {
            throw new ConfigurationException([new Problem(
                folder.Path, "a run that no other process trains", $"one whose lock is held ({exception.Message})",
                "wait for the other process, or end it; one that hangs where you cannot end it is shut out by "
                + "`minicpm resume --take-over`")]);
        }
    }

    /// <summary>True while some process trains the run. For the moment of asking the lock is taken.</summary>
    public static bool IsHeld(RunFolder folder)
    {
        try
        {
            using var file = new FileStream(
                Path.Combine(folder.Path, FileName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => _file.Dispose();
}
