using System.Text;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Corpus;

/// <summary>
/// Streams the texts of a corpus. JSON lines as C4 has them: the string "text" of each object, or "input" and "output"
/// of a pair, everything else ignored. Plain text: a file is one text, long ones are cut at blank lines.
/// </summary>
public static class CorpusReader
{
    /// <summary>
    /// The texts of <paramref name="files"/> (from <see cref="CorpusFiles.Find"/>) in order; a pair is one text. A line
    /// without a text goes to <paramref name="quarantine"/>; blank lines are ignored.
    /// </summary>
    /// <param name="files">What is read.</param>
    /// <param name="quarantine">Is told each line without a text.</param>
    /// <param name="fields">Where JSON lines keep their texts.</param>
    /// <param name="lines">Is told the number of lines at the end of each file.</param>
    /// <exception cref="ConfigurationException">While enumerating: a file cannot be read to its end.</exception>
    public static IEnumerable<Document> Read(
        IReadOnlyList<string> files, Action<QuarantinedLine> quarantine, FieldMap? fields = null,
        Action<long>? lines = null) =>
        files.SelectMany(file => ReadFile(file, quarantine, fields ?? new FieldMap(), lines));

    private static IEnumerable<Document> ReadFile(
        string file, Action<QuarantinedLine> quarantine, FieldMap fields, Action<long>? lines)
    {
        var name = file == StandardInput.Path ? StandardInput.Name : file;
        using var reader = SampleReader.Open(
            file, span: null, fields, (line, reason) => quarantine(new QuarantinedLine(name, line, reason)));
        while (reader.Next())
        {
            var text = Encoding.UTF8.GetString(reader.Sample.Input.WrittenSpan)
                + Encoding.UTF8.GetString(reader.Sample.Output.WrittenSpan);
            yield return new Document(text, name, reader.FirstLine, reader.BytesRead);
        }
        lines?.Invoke(reader.LinesRead);
    }
}
