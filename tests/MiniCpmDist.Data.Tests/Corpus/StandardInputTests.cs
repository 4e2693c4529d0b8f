using System.Text;
using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Corpus;

public sealed class StandardInputTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void JSON_lines_and_plain_text_are_told_apart_by_their_first_character(bool isCompressed)
    {
        var texts = SomeText.Documents(300).ToList();
        var lines = string.Concat(texts.Select(text => $" {{\"text\":{JsonSerializer.Serialize(text)}}}\n"));
        const string Plain = "A text.\n{\"text\":\"is no JSON\"}\n";

        Assert.Equal(texts, Read(lines, isCompressed));
        Assert.Equal([Plain], Read(Plain, isCompressed));
        Assert.Empty(Read("", isCompressed: false));
    }

    [Fact]
    public void A_JSON_array_is_told_how_to_become_lines()
    {
        var problem = Assert.Throws<ConfigurationException>(() => Read("[{\"text\":\"one\"}]", isCompressed: false));
        Assert.Contains("standard input: expected one JSON object a line", problem.Message, StringComparison.Ordinal);
        Assert.Contains("pipe it through: jq -c '.[]'", problem.Message, StringComparison.Ordinal);
    }

    private static List<string> Read(string content, bool isCompressed)
    {
        using var folder = new TemporaryFolder();
        // A file stands for the pipe: what is looked at is that nobody seeks.
        using var file = File.OpenRead(folder.Write(isCompressed ? "a.gz" : "a", content));
        using var pipe = new BufferedStream(new OneWay(file));
        using var reader = StandardInput.Open(pipe, new FieldMap(), (_, reason) => Assert.Fail(reason));
        var texts = new List<string>();
        while (reader.Next())
            texts.Add(Encoding.UTF8.GetString(reader.Sample.Output.WrittenSpan));
        return texts;
    }

    private sealed class OneWay(Stream stream) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => stream.Read(buffer[..Math.Min(buffer.Length, 7)]);
    }
}
