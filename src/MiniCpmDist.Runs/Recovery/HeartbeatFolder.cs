using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Native.Posix;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Recovery;

/// <summary>Reads the heartbeats of the ranks of a run.</summary>
public static class HeartbeatFolder
{
    private const int LargestBytes = 1 << 16;

    /// <summary>The newest heartbeat of each rank; one that is just being written is left out.</summary>
    public static IReadOnlyList<RankHeartbeat> Read(RunFolder run)
    {
        var folder = HeartbeatWriter.FolderOf(run);
        try
        {
            return Directory.Exists(folder)
                ? [.. Directory.EnumerateFiles(folder).Select(ReadFile).OfType<RankHeartbeat>()]
                : [];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Removes the heartbeats of a world that is gone.</summary>
    public static void Clear(RunFolder run)
    {
        var folder = HeartbeatWriter.FolderOf(run);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static RankHeartbeat? ReadFile(string path)
    {
        try
        {
            return RankHeartbeat.Parse(RegularFile.ReadText(path, LargestBytes).TrimEnd());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
