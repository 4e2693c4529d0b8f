using System.IO.Compression;
using System.Text.Json;

namespace MiniCpmDist.Data.Tests.Deduplication;

/// <summary>Reads the list of what was removed.</summary>
internal static class DedupLines
{
    public static List<JsonElement> Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var lines = new List<JsonElement>();
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            lines.Add(document.RootElement.Clone());
        }
        return lines;
    }
}
