using System.Diagnostics;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Corpus;

public sealed class CorpusFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_gives_its_corpus_files_and_those_below_by_name()
    {
        _folder.Write("b.jsonl", "x");
        _folder.Write("a/z.txt", "x");
        _folder.Write("a/c4-00000.json.gz", "x");
        _folder.Write("a/picture.png", "x");

        var found = CorpusFiles.Find([_folder.Root]);

        Assert.Equal(
            ["a/c4-00000.json.gz", "a/z.txt", "b.jsonl"],
            found.Select(file => Path.GetRelativePath(_folder.Root, file)));
    }

    [Fact]
    public void A_pattern_and_a_file_named_twice_give_each_file_once_in_the_order_of_the_paths()
    {
        var second = _folder.Write("c4-00001.json.gz", "x");
        var first = _folder.Write("c4-00000.json.gz", "x");
        _folder.Write("other.txt", "x");

        Assert.Equal([second, first], CorpusFiles.Find([second, _folder.Path("c4-*.json.gz"), first]));
    }

    [Fact]
    public void A_file_that_links_lead_to_is_read_once_under_its_shortest_name()
    {
        var file = _folder.Write("z/text.txt", "x");
        Directory.CreateSymbolicLink(_folder.Path("a-loop"), _folder.Root);
        File.CreateSymbolicLink(_folder.Path("z/another-name.txt"), file);

        Assert.Equal([file], CorpusFiles.Find([_folder.Root, _folder.Path("a-loop/z"), file]));
    }

    [Fact]
    public void What_is_no_regular_file_in_a_folder_is_told_and_passed_over()
    {
        var file = _folder.Write("text.txt", "x");
        Process.Start("mkfifo", _folder.Path("pipe.txt")).WaitForExit();
        File.CreateSymbolicLink(_folder.Path("loop.jsonl"), _folder.Path("loop.jsonl"));
        File.CreateSymbolicLink(_folder.Path("zero.txt"), "/dev/zero");
        File.CreateSymbolicLink(_folder.Path("gone.txt"), _folder.Path("nothing"));
        Directory.CreateSymbolicLink(_folder.Path("folder-loop"), _folder.Root);
        foreach (var (path, isFolder) in new[] { (_folder.Root, true), (_folder.Path("*.txt"), false) })
        {
            var passedOver = new List<PassedOverFile>();

            Assert.Equal([file], CorpusFiles.Find([path], passedOver: passedOver));

            Assert.Equal(
                [
                    "gone.txt (a link to nothing)", .. isFolder ? ["loop.jsonl (a loop of links)"] : (string[])[],
                    "pipe.txt (a named pipe)", "zero.txt (a device)",
                ],
                passedOver.Select(one => Path.GetRelativePath(_folder.Root, one.ToString()))
                    .Where(name => !name.StartsWith("folder-loop", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_named_pipe_that_is_named_itself_is_a_problem()
    {
        Process.Start("mkfifo", _folder.Path("pipe.txt")).WaitForExit();

        var problem = Assert.Single(Assert.Throws<ConfigurationException>(
            () => CorpusFiles.Find([_folder.Path("pipe.txt")])).Problems);

        Assert.Equal("a named pipe", problem.Found);
    }

    [Fact]
    public void Every_path_that_leads_nowhere_is_named_at_once()
    {
        Directory.CreateDirectory(_folder.Path("empty"));
        var picture = _folder.Write("picture.png", "x");

        var problem = Assert.Throws<ConfigurationException>(
            () => CorpusFiles.Find([_folder.Path("missing"), _folder.Path("empty"), _folder.Path("*.jsonl"), picture]));

        Assert.Equal(4, problem.Problems.Count);
        Assert.Equal(
            ["nothing of that name", "a folder without any", "no file that matches", "another kind of file"],
            problem.Problems.Select(one => one.Found));
    }

    [Fact]
    public void No_path_at_all_is_a_problem() => Assert.Throws<ConfigurationException>(() => CorpusFiles.Find([]));
}
