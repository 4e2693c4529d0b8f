using System.Text;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Engine.Runs;

namespace MiniCpmDist.Engine.Recovery;

/// <summary>Reads what the ranks of a run say of themselves.</summary>
public static class PulseFolder
{
    /// <summary>The newest pulse of each rank; one that is just being written is left out.</summary>
    public static IReadOnlyList<RankPulse> Read(RunFolder run)
    {
        var folder = PulseWriter.FolderOf(run);
        try
        {
            return Directory.Exists(folder)
                ? [.. Directory.EnumerateFiles(folder).Select(ReadFile).OfType<RankPulse>()]
                : [];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Takes away what the ranks of a world that is gone have said.</summary>
    public static void Clear(RunFolder run)
    {
        var folder = PulseWriter.FolderOf(run);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static RankPulse? ReadFile(string path)
    {
        try
        {
            using var reader = new StreamReader(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), Encoding.UTF8);
            return RankPulse.Parse(reader.ReadToEnd().TrimEnd());
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            return null;
        }
    }
}
