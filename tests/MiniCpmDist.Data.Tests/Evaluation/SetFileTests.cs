using System.Reflection;
using System.Text.Json.Nodes;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Evaluation;

public sealed class SetFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("set.jsonl", "{\"q\":\"1\"}\n\n{\"q\":\"2\"}\n")]
    [InlineData("set.jsonl.gz", "{\"q\":\"1\"}\n{\"q\":\"2\"}\n")]
    [InlineData("set.json", "[{\"q\":\"1\"},{\"q\":\"2\"}]")]
    [InlineData("noted.json", "{\"canary\":\"note\",\"examples\":[{\"q\":\"1\"},{\"q\":\"2\"}]}")]
    [InlineData("set.csv", "q,a\n1,x\n2,\"y, and\nmore\"\n")]
    public void Every_published_form_gives_the_same_items(string name, string content)
    {
        var problems = new ProblemCollector();

        var items = SetFile.Read(_folder.Write(name, content), null, problems).ToArray();

        Assert.Empty(problems.Problems);
        Assert.Equal(["1", "2"], items.Select(item => item.Item.GetProperty("q").GetString()));
    }

    [Fact]
    public void Commas_divide_a_csv_file_whatever_else_its_first_row_is_full_of()
    {
        var path = _folder.Write("set.csv", "\"a; b; c\",|x| + |y|,1\n2,y,z\n");
        var problems = new ProblemCollector();

        var items = SetFile.Read(path, ["question", "option", "answer"], problems).ToArray();

        Assert.Empty(problems.Problems);
        Assert.Equal("|x| + |y|", items[0].Item.GetProperty("option").GetString());
    }

    [Fact]
    public void A_csv_file_without_a_header_has_the_columns_of_its_task()
    {
        var path = _folder.Write("set.csv", "\"1 \"\"is\"\"\",x\n2,y\n");

        var items = SetFile.Read(path, ["q", "a"], new ProblemCollector()).ToArray();

        Assert.Equal(["1 \"is\"", "2"], items.Select(item => item.Item.GetProperty("q").GetString()));
        Assert.Equal($"{path}: row 2", items[1].Place);
    }

    [Fact]
    public void Rows_with_a_wrong_number_of_columns_are_all_told()
    {
        var path = _folder.Write("set.csv", "q,a\n1,x\n2\n3,y,z\n");
        var problems = new ProblemCollector();

        Assert.Single(SetFile.Read(path, null, problems));

        Assert.Equal([$"{path}: row 2", $"{path}: row 3"], problems.Problems.Select(problem => problem.Where));
        Assert.Contains("2 columns (q, a)", problems.Problems[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_are_no_json_are_all_told_and_the_others_are_read()
    {
        var path = _folder.Write("set.jsonl", "{\"q\":\"1\"}\n{\"q\":\n[1\n{\"q\":\"2\"}\n");
        var problems = new ProblemCollector();

        Assert.Equal(2, SetFile.Read(path, null, problems).Count());

        Assert.Equal([$"{path}:2", $"{path}:3"], problems.Problems.Select(problem => problem.Where));
    }

    [Theory]
    [InlineData("own-set.snappy.parquet")]
    [InlineData("own-set.zstd.parquet")]
    public void A_parquet_file_of_two_row_groups_gives_texts_numbers_lists_and_objects(string name)
    {
        var path = Path.Combine(
            typeof(SetFileTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(entry => entry.Key == "RepositoryRoot").Value!, "tests", "golden", name);
        var problems = new ProblemCollector();

        var items = SetFile.Read(path, null, problems).ToArray();

        Assert.Empty(problems.Problems);
        Assert.Equal(
            [
                """{"id":"own_p1","question":"What is ice?","choices":{"text":["water","iron","wood"],"""
                + """ "label":["A","B","C"]},"answerKey":"A","label":0,"endings":["p","q"]}""",
                """{"id":"own_p2","question":"水是什么？","choices":{"text":["液体","石头"],"""
                + """ "label":["1","2"]},"answerKey":"1","label":1,"endings":["r"]}""",
                """{"id":"own_p3","question":"Which 🙂 is a café?","choices":{"text":["a place to drink","a tool"],"""
                + """ "label":["A","B"]},"answerKey":"A","label":null,"endings":[null,"s"]}""",
            ],
            items.Select(item => item.Item.GetRawText()), AreEqual);
        Assert.Equal($"{path}: row 3", items[2].Place);
    }

    [Fact]
    public void A_damaged_parquet_file_and_a_file_of_another_kind_are_told()
    {
        var problems = new ProblemCollector();

        Assert.Empty(SetFile.Read(_folder.Write("set.parquet", "PAR1 and nothing"), null, problems));
        Assert.Empty(SetFile.Read(_folder.Write("set.xlsx", "PK"), null, problems));

        Assert.Equal(
            ["a Parquet file", $"a file of kind {SetFile.Kinds}"], problems.Problems.Select(one => one.Expected));
    }

    [Fact]
    public void A_star_stands_for_the_group_and_numbered_files_come_in_the_order_of_their_numbers()
    {
        foreach (var name in (string[])["m/b/10.json", "m/b/2.json", "m/a/1.json", "m/a/note.txt"])
            _folder.Write(name, "{}");

        var found = SetFiles.Find(_folder.Root, "m/*/*.json");

        Assert.Equal(
            ["a 1.json", "b 2.json", "b 10.json"],
            found.Select(file => $"{file.Group} {Path.GetFileName(file.Path)}"));
        Assert.Equal("x", Assert.Single(SetFiles.Find(Written("t/x_test.csv"), "t/*_test.csv")).Group);
    }

    public void Dispose() => _folder.Dispose();

    private static bool AreEqual(string left, string right) =>
        JsonNode.DeepEquals(JsonNode.Parse(left), JsonNode.Parse(right));

    private string Written(string name)
    {
        _folder.Write(name, "");
        return _folder.Root;
    }
}
