using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.TextCollection;

/// <summary>
/// Writes a corpus as C4 is published: c4-00000.json.gz and so on, an object with text, timestamp and url a line.
/// </summary>
internal sealed class ShardWriter(PartialFolder folder, long shardBytes) : IDisposable
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private GZipStream? _shard;
    private long _bytesInShard;

    public long Documents { get; private set; }

    public long TextBytes { get; private set; }

    public int Shards { get; private set; }

    public void Append(string text, string url, DateTime timestamp)
    {
        _shard ??= Begin();
        using (var json = new Utf8JsonWriter(_shard, s_json))
        {
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteString("timestamp", timestamp.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            json.WriteString("url", url);
            json.WriteEndObject();
        }
        _shard.WriteByte((byte)'\n');
        var bytes = Encoding.UTF8.GetByteCount(text);
        Documents++;
        TextBytes += bytes;
        _bytesInShard += bytes;
        if (_bytesInShard >= shardBytes)
            Finish();
    }

    /// <summary>Closes the shard that is open.</summary>
    public void Finish()
    {
        _shard?.Dispose();
        _shard = null;
        _bytesInShard = 0;
    }

    public void Dispose() => Finish();

    private GZipStream Begin()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"c4-{Shards++:D5}.json.gz");
        return new GZipStream(new FileStream(folder.File(name), FileMode.CreateNew), CompressionLevel.Optimal);
    }
}
