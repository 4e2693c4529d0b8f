using System.Text;
using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>The list of what is removed from a unit and why: one JSON object a line.</summary>
internal sealed class RemovedFile(string path, CorpusPlaces places) : IDisposable
{
    private const int ShownBytes = 400;
    private readonly LineFile _file = new(path);

    /// <summary>A text that is a copy of another one.</summary>
    public void AddCopy(string why, CopyRecord copy) => _file.Write(json =>
    {
        WritePlace(json, copy.Document, why);
        if (double.IsNaN(copy.Similarity))
            json.WriteNull("similarity");
        else
            json.WriteNumber("similarity", copy.Similarity);
        var (file, line) = places[copy.Kept];
        json.WriteStartObject("kept");
        json.WriteString("file", file);
        json.WriteNumber("line", line);
        json.WriteEndObject();
    });

    /// <summary>A text that shares an n-gram with an evaluation set.</summary>
    public void AddAgainst(long document, string place, ReadOnlySpan<byte> ngram)
    {
        var shared = Encoding.UTF8.GetString(ngram);
        _file.Write(json =>
        {
            WritePlace(json, document, "against");
            json.WriteString("set", place);
            json.WriteString("ngram", shared);
        });
    }

    /// <summary>What is cut out of a text.</summary>
    public void AddCut(
        long document, ReadOnlySpan<byte> text, WordList words, IReadOnlyList<(int Start, int End)> ranges)
    {
        foreach (var (start, end) in ranges)
        {
            var cut = TextBeginning.Of(text[words.Starts[start]..words.Ends[end - 1]], ShownBytes);
            _file.Write(json =>
            {
                WritePlace(json, document, "substring");
                json.WriteNumber("words", end - start);
                json.WriteString("text", cut);
            });
        }
    }

    public void Finish() => _file.Finish();

    public void Dispose() => _file.Dispose();

    private void WritePlace(Utf8JsonWriter json, long document, string why)
    {
        var (file, line) = places[document];
        json.WriteString("file", file);
        json.WriteNumber("line", line);
        json.WriteString("why", why);
    }
}
