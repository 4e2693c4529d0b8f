using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace MiniCpmDist.Tests.Fixtures;

/// <summary>A folder of a test's own, gone with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minicpm-test-");

    public string Root => _folder.FullName;

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    /// <summary>Writes a text, compressed where the name ends in .gz; folders on the way are made.</summary>
    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public string Write(string name, byte[] content)
    {
        var path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        using var stream = name.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionLevel.Fastest)
            : (Stream)file;
        stream.Write(content);
        return path;
    }

    /// <summary>Writes texts as C4 has them.</summary>
    public string WriteJsonLines(string name, IEnumerable<string> texts) =>
        Write(name, string.Concat(texts.Select(text => Line(text) + "\n")));

    private static string Line(string text) =>
        JsonSerializer.Serialize(new { text, timestamp = "2026-01-01T00:00:00Z", url = "file:///x" });

    public void Dispose() => _folder.Delete(recursive: true);
}
