using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// A file that a task leaves for later stages. Its content is synced, and its name is with the summary of the task,
/// which is written last, in the same folder.
/// </summary>
internal sealed class WorkFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;

    public WorkFile(string path, int bufferBytes = 0)
    {
        _path = path;
        _temporary = SyncedFile.Temporary(path);
        Content = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferBytes);
    }

    /// <summary>Takes what is written.</summary>
    public FileStream Content { get; }

    /// <summary>What to throw where such a file is shorter than it was.</summary>
    public static IOException Damaged(string path) =>
        new($"{path} is not as it was written, or another process has changed it. Remove the folder that it lies in.");

    /// <summary>Gives the file its name.</summary>
    public void Finish()
    {
        Content.Flush(flushToDisk: true);
        Content.Dispose();
        File.Move(_temporary, _path, overwrite: true);
    }

    /// <summary>Removes a file that is not whole.</summary>
    public void Dispose()
    {
        Content.Dispose();
        File.Delete(_temporary);
    }
}
