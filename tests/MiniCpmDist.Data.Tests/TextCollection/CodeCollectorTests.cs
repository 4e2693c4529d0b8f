using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.TextCollection;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.TextCollection;

public sealed class CodeCollectorTests : IDisposable
{
    private const string Function = "def f(x):\n    if x:\n\treturn {'a':  1}   \n\n\n    return None  # the rest\n";
    private static readonly string s_code = string.Concat(
        Enumerable.Range(0, 8).Select(i => Function.Replace("f(x)", $"f{i}(x)", StringComparison.Ordinal)))
        .TrimEnd('\n');

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Code_keeps_indentation_tabs_blank_lines_and_what_markup_would_lose()
    {
        var code = "  # <p>&amp;</p>\n" + s_code + "\n\fB\b = '\u2028'";
        _folder.Write("code/a.py", "\uFEFF\n" + code.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n\r\n");

        Collect();

        Assert.Equal(code, Assert.Single(Texts()));
    }

    [Fact]
    public void Prose_is_left_where_code_is_asked_for_and_code_where_prose_is()
    {
        foreach (var ending in (string[])["py", "c", "h", "cs", "js", "sh", "cpp.gz"])
            _folder.Write($"code/x.{ending}", $"// {ending}\n{s_code}");
        foreach (var name in (string[])["README", "README.md", "page.html", "notes.txt", "git.1", "data.json", "py"])
            _folder.Write($"code/{name}", $"{name}\n\n{s_code}");

        Assert.Equal(7, Collect().Files);
        Assert.Equal(4, Collect("prose", TextKind.Prose).Files);
    }

    [Fact]
    public void What_a_program_wrote_is_no_code()
    {
        _folder.Write("code/a.js", s_code);
        _folder.Write("code/one-line.js", s_code + "\n" + new string('x', 1001));
        _folder.Write("code/table.h", string.Join('\n', Enumerable.Repeat(new string('0', 120), 50)));

        var report = Collect();

        Assert.Equal((1, 2), (report.Files, report.SkippedFiles));
        Assert.Equal([s_code], Texts());
    }

    [Fact]
    public void Long_code_is_cut_where_something_begins_at_the_margin()
    {
        var body = string.Concat(Enumerable.Range(0, 30).Select(i => $"    line_{i} = call(with_an_argument)\n\n"));
        var functions = Enumerable.Range(0, 60).Select(i => $"def f{i}():\n{body}    return {i}").ToList();
        _folder.Write("code/long.py", string.Join("\n\n\n", functions));

        Collect();

        Assert.InRange(Texts().Count, 2, 8);
        Assert.All(Texts(), text => Assert.StartsWith("def f", text, StringComparison.Ordinal));
        Assert.Equal(string.Join("\n\n\n", functions), string.Join("\n\n\n", Texts()));
    }

    [Fact]
    public void Code_that_never_returns_to_the_margin_is_cut_at_blank_lines_and_keeps_its_indentation()
    {
        var method = string.Concat(Enumerable.Repeat("        statement_that_fills_a_line();\n", 20)) + "\n";
        _folder.Write("code/One.cs", "class One\n{\n" + string.Concat(Enumerable.Repeat(method, 100)) + "}");

        Collect();

        Assert.InRange(Texts().Count, 3, 6);
        Assert.All(Texts().Skip(1), text => Assert.StartsWith("        s", text, StringComparison.Ordinal));
        Assert.All(Texts(), text => Assert.InRange(text.Length, 200, 33_000));
    }

    [Fact]
    public void A_folder_without_code_is_refused_with_what_to_type()
    {
        _folder.Write("code/notes.txt", s_code);

        var problem = Assert.Throws<ConfigurationException>(() => Collect());
        Assert.Contains("leave --code out", problem.Message, StringComparison.Ordinal);
        Assert.Equal([_folder.Path("code")], Directory.GetFileSystemEntries(_folder.Root));
    }

    private TextCollectorReport Collect(string into = "corpus", TextKind kind = TextKind.Code) =>
        TextCollector.Run(new TextCollectorOptions([_folder.Path("code")], _folder.Path(into)) { Kind = kind });

    private List<string> Texts() =>
        [.. CorpusReader.Read(CorpusFiles.Find([_folder.Path("corpus")]), line => Assert.Fail(line.Reason))
            .Select(document => document.Text)];
}
