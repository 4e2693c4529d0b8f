using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Corpus;

public sealed class CorpusReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<QuarantinedLine> _quarantine = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("c4.json.gz")]
    [InlineData("c4.jsonl")]
    public void The_text_of_every_line_comes_in_order_with_its_place(string name)
    {
        var file = _folder.Write(name, "{\"url\":\"x\",\"text\":\"one\\nline\"}\r\n\n{\"text\":\"zwei \\u00fc 中\"}");

        var documents = Read(file);

        Assert.Equal(["one\nline", "zwei ü 中"], documents.Select(document => document.Text));
        Assert.Equal([1, 3], documents.Select(document => document.Line));
        Assert.Empty(_quarantine);
    }

    [Fact]
    public void Every_kind_of_broken_line_is_set_aside_with_its_number_and_reason_and_the_others_are_read()
    {
        List<byte[]> lines =
        [
            "{\"text\":\"good\"}"u8.ToArray(),
            "{\"text\":\"cut"u8.ToArray(),
            "{\"url\":\"no text\"}"u8.ToArray(),
            "{\"text\":7}"u8.ToArray(),
            "[1]"u8.ToArray(),
            "{\"text\":\"  \"}"u8.ToArray(),
            [.. "{\"text\":\""u8, 0xC3, 0x28, .. "\"}"u8],
            "{\"text\":\"\\ud800 alone\"}"u8.ToArray(),
            "{\"text\":\"also good\"}"u8.ToArray(),
        ];
        var file = _folder.Write("c4.jsonl", [.. lines.SelectMany(line => line.Append((byte)'\n'))]);

        var documents = Read(file);

        Assert.Equal(["good", "also good"], documents.Select(document => document.Text));
        Assert.Equal([2, 3, 4, 5, 6, 7, 8], _quarantine.Select(line => line.Line));
        Assert.All(_quarantine, line => Assert.Equal(file, line.File));
        Assert.Equal(
            [
                "the object has no \"text\", nor \"input\" and \"output\"", "\"text\" is not a string",
                "not a JSON object", "\"text\" is empty",
            ],
            _quarantine.Skip(1).Take(4).Select(line => line.Reason));
        Assert.StartsWith("not JSON", _quarantine[0].Reason, StringComparison.Ordinal);
        Assert.Contains("UTF-8", _quarantine[5].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_text_is_one_document_and_a_long_one_is_cut_at_blank_lines()
    {
        var paragraph = new string('x', 40_000);
        var small = _folder.Write("a.txt", "\nfirst\n\nsecond\n");
        var large = _folder.Write("b.txt.gz", $"{paragraph}\n\n{paragraph}\n\n{paragraph}\n");

        Assert.Equal(["first\n\nsecond\n"], Read(small).Select(document => document.Text));
        Assert.Equal(
            [$"{paragraph}\n\n{paragraph}\n", $"{paragraph}\n"], Read(large).Select(document => document.Text));
    }

    [Fact]
    public void A_plain_text_without_blank_lines_is_cut_at_line_ends_so_that_memory_has_a_bound()
    {
        var line = new string('x', 10_000);
        var file = _folder.Write("a.txt", string.Concat(Enumerable.Repeat(line + "\n", 250)));

        var documents = Read(file);

        Assert.Equal([105, 105, 40], documents.Select(document => document.Text.Length / (line.Length + 1)));
        Assert.Equal([1, 106, 211], documents.Select(document => document.Line));
    }

    [Fact]
    public void A_byte_order_mark_is_no_text()
    {
        var json = _folder.Write("a.jsonl", [.. "\uFEFF"u8, .. "{\"text\":\"one\"}\n"u8]);
        var plain = _folder.Write("b.txt", [.. "\uFEFF"u8, .. "two\n"u8]);
        Assert.Equal(["one", "two\n"], Read(json).Concat(Read(plain)).Select(document => document.Text));
    }

    [Theory]
    [InlineData(32 << 20, 0)]
    [InlineData((32 << 20) + 1, 1)]
    public void A_line_of_more_than_32_MiB_is_set_aside_and_the_next_one_is_read(int bytes, int quarantined)
    {
        var file = _folder.Path("long.jsonl");
        using (var stream = File.Create(file))
        {
            stream.Write("{\"text\":\""u8);
            var block = new byte[1 << 20];
            block.AsSpan().Fill((byte)'x');
            var rest = bytes - "{\"text\":\"\"}".Length;
            for (; rest > 0; rest -= Math.Min(rest, block.Length))
                stream.Write(block, 0, Math.Min(rest, block.Length));
            stream.Write("\"}\n{\"text\":\"next\"}\n"u8);
        }

        Assert.Equal(2 - quarantined, Read(file).Count);

        Assert.Equal(quarantined, _quarantine.Count);
        Assert.All(_quarantine, line => Assert.Equal((1, "the line is longer than 32 MiB"), (line.Line, line.Reason)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(50)]
    public void Slices_give_every_line_once_wherever_their_borders_fall(int slices)
    {
        var texts = SomeText.Documents(40).Select(text => text.Split('\n')[2]).ToList();
        var file = _folder.WriteJsonLines("corpus.jsonl", texts);
        var bytes = new FileInfo(file).Length;
        var (found, lines) = (new List<string>(), 0L);

        // Every border in turn falls on every byte of the first lines.
        for (var shift = 0; shift < 300; shift += slices)
        {
            (found, lines) = ([], 0);
            for (var slice = 0; slice <= slices; slice++)
                ReadSlice(slice == 0 ? 0 : At(slice - 1), slice == slices ? bytes : At(slice));
            Assert.Equal(texts, found);
            Assert.Equal(40, lines);

            long At(int border) => Math.Min(bytes, shift + bytes * border / slices);
        }

        void ReadSlice(long start, long end)
        {
            using var reader = SampleReader.Open(
                file, new FileSpan(0, start, end, bytes), new FieldMap(), (_, reason) => Assert.Fail(reason));
            while (reader.Next())
                found.Add(System.Text.Encoding.UTF8.GetString(reader.Sample.Output.WrittenSpan));
            lines += reader.LinesRead;
        }
    }

    [Fact]
    public void Invalid_UTF8_in_a_plain_text_costs_its_line_only()
    {
        var file = _folder.Write("a.txt", [.. "good\n"u8, 0xFF, 0xFE, .. "\nbetter\n"u8]);

        Assert.Equal("good\nbetter\n", Assert.Single(Read(file)).Text);
        Assert.Equal(2, Assert.Single(_quarantine).Line);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void A_compressed_file_that_was_cut_short_stops_the_reading(double kept)
    {
        var whole = File.ReadAllBytes(_folder.WriteJsonLines("whole.json.gz", SomeText.Documents(2000)));
        var cut = _folder.Path("cut.json.gz");
        File.WriteAllBytes(cut, whole[..(int)(whole.Length * kept)]);

        var problem = Assert.Throws<ConfigurationException>(() => Read(cut));

        Assert.Contains(cut, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_compressed_by_name_only_stops_the_reading()
    {
        var file = _folder.Path("plain.json.gz");
        File.WriteAllText(file, "{\"text\":\"not compressed at all\"}\n");
        var problem = Assert.Throws<ConfigurationException>(() => Read(file));
        Assert.Contains("not compressed", problem.Message, StringComparison.Ordinal);
        Assert.Contains("name it without .gz", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_member_of_a_compressed_file_stops_the_reading_and_is_named_with_its_byte()
    {
        var members = Enumerable.Range(0, 3)
            .Select(i => File.ReadAllBytes(_folder.WriteJsonLines($"{i}.json.gz", SomeText.Documents(100, seed: i))))
            .ToList();
        members[1][0] ^= 4;
        var file = _folder.Path("members.json.gz");
        File.WriteAllBytes(file, [.. members.SelectMany(member => member)]);

        var problem = Assert.Throws<ConfigurationException>(() => Read(file));

        Assert.Contains($"{file}, after line 100", problem.Message, StringComparison.Ordinal);
        Assert.Contains($"at byte {members[0].Length}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_across_buffer_ends_arrive_whole()
    {
        var texts = Enumerable.Range(0, 50).Select(i => new string((char)('a' + (i % 26)), i * 4093)).Skip(1).ToList();
        Assert.Equal(texts, Read(_folder.WriteJsonLines("long.jsonl", texts)).Select(document => document.Text));
    }

    [Fact]
    public void A_corpus_is_streamed()
    {
        var first = _folder.WriteJsonLines("a.jsonl", ["one"]);
        var second = _folder.Path("b.json.gz");
        File.WriteAllText(second, "broken");

        // Were everything read at once, the second file's problem would come before the first document.
        Assert.Equal("one", CorpusReader.Read([first, second], _quarantine.Add).First().Text);
    }

    private List<Document> Read(string file) => [.. CorpusReader.Read([file], _quarantine.Add)];
}
