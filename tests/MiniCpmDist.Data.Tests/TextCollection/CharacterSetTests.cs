using System.Text;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.TextCollection;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.TextCollection;

public sealed class CharacterSetTests : IDisposable
{
    private const string Chinese = "这是一个用来训练语言模型的文件，里面只有中文。";
    private const string Japanese = "これは言語モデルを訓練するための文書です。";
    private const string Russian = "Это документ, на котором учится языковая модель.";
    private const string French = "C'est un document français, très court et déjà vieux.";

    private readonly TemporaryFolder _folder = new();

    static CharacterSetTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gbk", "gb2312", Chinese)]
    [InlineData("gb18030", "GB18030", Chinese)]
    [InlineData("big5", "Big5", "這是一個用來訓練語言模型的文件，裡面只有中文。")]
    [InlineData("shift_jis", "Shift_JIS", Japanese)]
    [InlineData("shift_jis", "Windows-31J", Japanese)]
    [InlineData("euc-jp", "EUC-JP", Japanese)]
    [InlineData("iso-2022-jp", "ISO-2022-JP", Japanese)]
    [InlineData("hz-gb-2312", "hz-gb-2312", Chinese)]
    [InlineData("koi8-r", "koi8-r", Russian)]
    [InlineData("windows-1251", "cp1251", Russian)]
    [InlineData("iso-8859-1", "ISO-8859-1", French)]
    [InlineData("utf-8", "ISO-8859-1", Russian)]       // UTF-8 is recognized by its bytes; old headers stay for long
    public void A_page_is_read_in_the_charset_that_it_declares(string charset, string declared, string text)
    {
        Write("a.html", charset, $"<html><head><meta charset=\"{declared}\"></head><p>{Long(text)}</p>");
        Write("b.htm", charset, $"<head><!-- <meta charset=utf-7> --><meta http-equiv='Content-Type' "
            + $"content='text/html; charset={declared}'><p>2{Long(text)}");
        Write("c.xhtml", charset, $"<?xml version='1.0' encoding='{declared}'?>\n<html><p>3{Long(text)}</p></html>");

        Assert.Equal([Long(text), $"2{Long(text)}", $"3{Long(text)}"], Texts(Collect()));
    }

    [Theory]
    [InlineData("gbk", "gbk", Chinese)]
    [InlineData("shift_jis", "shift-jis", Japanese)]
    [InlineData("euc-jp", "euc_jp-unix", Japanese)]
    [InlineData("koi8-r", "koi8_r", Russian)]
    [InlineData("windows-1251", "cp1251", Russian)]
    [InlineData("iso-8859-1", "latin-1", French)]
    [InlineData("iso-8859-15", "latin-9", French)]
    public void A_source_file_is_read_in_the_encoding_of_its_coding_line(string charset, string declared, string text)
    {
        var lines = string.Concat(Enumerable.Repeat($"# {text}\n", 20));
        Write("a.py", charset, $"#!/usr/bin/python\n# -*- coding: {declared} -*-\n{lines}");

        var found = Assert.Single(Texts(Collect(TextKind.Code)));

        Assert.EndsWith(lines.TrimEnd(), found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manual_page_may_declare_its_encoding_too()
    {
        Write("a.1", "koi8-r", $".\\\" -*- coding: koi8-r -*-\n.TH A 1\n.SH NAME\n{Long(Russian)}\n");
        Assert.Contains(Russian, Assert.Single(Texts(Collect())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void A_byte_order_mark_says_what_a_file_is(string charset)
    {
        var encoding = Encoding.GetEncoding(charset);
        _folder.Write("docs/a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes(Long(Chinese))]);
        Assert.Equal(Long(Chinese), Assert.Single(Texts(Collect())));
    }

    [Fact]
    public void Rare_characters_of_UTF8_are_no_reason_to_set_a_text_aside()
    {
        _folder.Write("docs/a.txt", Long("an icon \uF8FA, a control character \u0091, a dot."));
        Assert.Equal(Long("an icon \uF8FA, a control character \u0091, a dot."), Assert.Single(Texts(Collect())));
    }

    [Theory]
    [InlineData("a.txt", "gbk", "", "not UTF-8 and says nothing")]
    [InlineData("a.txt", "iso-8859-1", "", "not UTF-8 and says nothing")]
    [InlineData("a.html", "gbk", "<meta charset=x-klingon>", "declares the encoding x-klingon, which is not known")]
    [InlineData(
        "a.html", "gbk", "<meta charset=x-user-defined>", "declares the encoding x-user-defined, which is not known")]
    [InlineData("a.html", "koi8-r", "<meta charset=utf-8>", "not valid UTF-8")]
    [InlineData("a.html", "iso-8859-1", "<meta charset=euc-jp>", "not valid EUC-JP")]
    [InlineData("README", "utf-16", "", "holds zero bytes")]
    public void What_is_in_no_declared_encoding_is_set_aside_with_its_reason_and_the_rest_is_collected(
        string name, string charset, string head, string reason)
    {
        // Without a byte order mark, and with letters that other encodings refuse.
        _folder.Write($"docs/{name}", Encoding.GetEncoding(charset).GetBytes(head + Long("Café, Ёж, 中文 ÿ. ")));
        _folder.Write("docs/good.txt", Long("Plain prose. "));

        var report = Collect();

        Assert.Equal([Long("Plain prose. ")], Texts(report));
        var file = Assert.Single(report.SetAside);
        Assert.Equal(_folder.Path($"docs/{name}"), file.Path);
        Assert.Contains(reason, file.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_compressed_file_is_set_aside_and_not_silently_missing()
    {
        var whole = File.ReadAllBytes(_folder.Write("docs/a.txt.gz", Long("First member. ")));
        File.WriteAllBytes(_folder.Path("docs/a.txt.gz"), [.. whole, (byte)(whole[0] ^ 1), .. whole[1..]]);
        _folder.Write("docs/good.txt", Long("Plain prose. "));

        var file = Assert.Single(Collect().SetAside);

        Assert.Contains($"at byte {whole.Length}", file.Reason, StringComparison.Ordinal);
    }

    private static string Long(string text) => string.Concat(Enumerable.Repeat(text, 20)).TrimEnd();

    private void Write(string name, string charset, string content) =>
        _folder.Write($"docs/{name}", Encoding.GetEncoding(charset).GetBytes(content));

    private TextCollectorReport Collect(TextKind kind = TextKind.Prose) => TextCollector.Run(
        new TextCollectorOptions([_folder.Path("docs")], _folder.Path("corpus")) { Kind = kind });

    private static List<string> Texts(TextCollectorReport report) =>
        [.. CorpusReader.Read(CorpusFiles.Find([report.Folder]), line => Assert.Fail(line.Reason))
            .Select(document => document.Text)];
}
