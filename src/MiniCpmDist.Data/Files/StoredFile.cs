using MiniCpmDist.Data.Objects;

namespace MiniCpmDist.Data.Files;

/// <summary>Files of a corpus, on a disk or in a store of objects: what is done with both.</summary>
internal static class StoredFile
{
    private const int LeastBuffer = 1 << 16;

    /// <summary>Opens a file or an object; it can be read from any place on.</summary>
    /// <exception cref="Core.Problems.ConfigurationException">It is not there, or may not be read.</exception>
    public static Stream Open(string path, int bufferBytes = 4096)
    {
        if (!ObjectUrl.IsOne(path))
            return InputFile.Open(path, bufferBytes);
        var url = ObjectUrl.Parse(path);
        return new BufferedStream(ObjectStore.Shared(url).Open(url), Math.Max(bufferBytes, LeastBuffer));
    }

    /// <summary>Size, and when it was written: 100 ns since the year 1, UTC.</summary>
    /// <exception cref="Core.Problems.ConfigurationException">An object is not there, or may not be read.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static (long Bytes, long ModifiedTicks) Look(string path)
    {
        if (!ObjectUrl.IsOne(path))
        {
            var file = new FileInfo(path);
            return (file.Length, file.LastWriteTimeUtc.Ticks);
        }
        var url = ObjectUrl.Parse(path);
        var facts = ObjectStore.Shared(url).Look(url);
        return (facts.Bytes, facts.ModifiedTicks);
    }
}
