using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>A file of JSON lines, compressed; it has its name only once it is whole.</summary>
internal sealed class LineFile : IDisposable
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly FieldMap s_fields = new();
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _file;
    private readonly GZipStream _content;
    private readonly Utf8JsonWriter _json;
    private bool _isFinished;

    public LineFile(string path)
    {
        _path = path;
        _temporary = SyncedFile.Temporary(path);
        _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write);
        _content = new GZipStream(_file, CompressionLevel.Optimal, leaveOpen: true);
        _json = new Utf8JsonWriter(_content, s_json);
    }

    /// <summary>Lines so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Writes a sample under the usual names of fields: a text, or a pair where there is an input.</summary>
    public void WriteSample(ReadOnlySpan<byte> input, ReadOnlySpan<byte> output)
    {
        _json.WriteStartObject();
        if (input.IsEmpty)
            _json.WriteString(s_fields.Text, output);
        else
        {
            _json.WriteString(s_fields.Input, input);
            _json.WriteString(s_fields.Output, output);
        }
        EndLine();
    }

    /// <summary>Writes an object.</summary>
    public void Write(Action<Utf8JsonWriter> members)
    {
        _json.WriteStartObject();
        members(_json);
        EndLine();
    }
    /// <summary>Gives the file its name.</summary>
    public void Finish()
    {
        _json.Dispose();
        _content.Dispose();
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        SyncedFile.Publish(_temporary, _path);
        _isFinished = true;
    }

    /// <summary>Removes a file that is not whole.</summary>
    public void Dispose()
    {
        if (_isFinished)
            return;
        _json.Dispose();
        _content.Dispose();
        _file.Dispose();
        File.Delete(_temporary);
    }

    private void EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _content.WriteByte((byte)'\n');
        Lines++;
    }
}
