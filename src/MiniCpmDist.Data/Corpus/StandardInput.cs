using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.ParquetFiles;

namespace MiniCpmDist.Data.Corpus;

/// <summary>A corpus that another program writes. It has no name, so its first bytes say what it is.</summary>
internal static class StandardInput
{
    /// <summary>How the command line names it; a file of that name is <c>./-</c>.</summary>
    public const string Path = "-";

    /// <summary>How messages name it.</summary>
    public const string Name = "standard input";

    /// <summary>Reads JSON lines where the first character is a brace or a bracket, plain text otherwise; either may be
    /// compressed with gzip or Zstandard.</summary>
    /// <exception cref="ConfigurationException">It is a Parquet file, whose contents stand at its end.</exception>
    public static SampleReader Open(
        Stream stream, FieldMap fields, Action<long, string> quarantine, LargeTextGate? gate = null)
    {
        var content = new PeekedStream(stream);
        if (GzipHeader.Begins(content.Start))
            content = new PeekedStream(new GzipContent(content));
        else if (ZstdContent.Begins(content.Start))
            content = new PeekedStream(new ZstdContent(content));
        else if (ParquetFile.Begins(content.Start))
        {
            throw new ConfigurationException([new Problem(
                Name, "JSON lines or plain text", "a Parquet file, which cannot be read front to back",
                "write it to a file, and name that")]);
        }
        return LineReader.WithoutSpace(content.Start) is [(byte)'{' or (byte)'[', ..]
            ? new JsonLinesReader(Name, content, fields, quarantine, gate)
            : new PlainTextReader(Name, content, quarantine, gate);
    }
}
