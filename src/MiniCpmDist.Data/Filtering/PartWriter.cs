using System.Text.Encodings.Web;
using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace MiniCpmDist.Data.Filtering;

/// <summary>
/// Writes samples as JSON lines in a Zstandard file with a checksum. A line of JSON is written as it was, with all that
/// it holds beside the text; other samples become objects under the names of their fields.
/// </summary>
internal sealed class PartWriter : IDisposable
{
    private const int Level = 3;
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _file;
    private readonly CompressionStream _content;
    private readonly FieldMap _fields;
    private bool _isFinished;

    public PartWriter(string path, FieldMap fields)
    {
        (_path, _fields) = (path, fields);
        _temporary = SyncedFile.Temporary(path);
        _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write);
        _content = new CompressionStream(_file, Level, leaveOpen: true);
        _content.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
    }

    public void Write(SampleReader reader)
    {
        if (!reader.StoredLine.IsEmpty)
        {
            WriteLine(reader.StoredLine);
            return;
        }
        using (var json = new Utf8JsonWriter(_content, s_json))
        {
            json.WriteStartObject();
            if (reader.Sample.Input.WrittenCount == 0)
                Write(json, _fields.Text, reader.Sample.Output.WrittenSpan);
            else
            {
                Write(json, _fields.Input, reader.Sample.Input.WrittenSpan);
                Write(json, _fields.Output, reader.Sample.Output.WrittenSpan);
            }
            json.WriteEndObject();
        }
        _content.Write("\n"u8);
    }

    public void WriteLine(ReadOnlySpan<byte> line)
    {
        _content.Write(line);
        _content.Write("\n"u8);
    }

    /// <summary>Gives the file its name.</summary>
    public void Finish()
    {
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
        _content.Dispose();
        _file.Dispose();
        File.Delete(_temporary);
    }

    // A dot goes into an object, so that the same options read the part again.
    private static void Write(Utf8JsonWriter json, string name, ReadOnlySpan<byte> text)
    {
        var names = name.Split('.');
        foreach (var outer in names.SkipLast(1))
            json.WriteStartObject(outer);
        json.WriteString(names[^1], text);
        for (var depth = 1; depth < names.Length; depth++)
            json.WriteEndObject();
    }
}
