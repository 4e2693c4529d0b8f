using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Chat;

public sealed class PreferenceImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_best_answer_is_chosen_and_ties_named_sources_and_missing_ratings_make_no_pair()
    {
        var file = _folder.Write("in.jsonl", string.Join(
            "\n",
            Sample("flan", "one", ("a", ["5", "4"]), ("b", ["1", "2"]), ("c", ["3", "N/A"])),
            Sample("flan", "tie", ("a", ["5", "5"]), ("b", ["5", "N/A"]), ("c", ["1", "1"])),
            Sample("truthful_qa", "left out", ("a", ["5", "5"]), ("b", ["1", "1"])),
            Sample("flan", "unrated", ("a", ["N/A", "N/A"]), ("b", ["1", "1"]))));

        var counts = Import(file, "one.jsonl").Run();
        Import(file, "again.jsonl").Run();

        Assert.Equal(
            [
                ("pairs", 1), ("no pair: a tie for the best answer", 1), ("left out: source truthful_qa", 1),
                ("no pair: fewer than two answers with a rating and a text", 1),
            ],
            counts);
        var pair = JsonDocument.Parse(File.ReadAllText(_folder.Path("one.jsonl"))).RootElement;
        Assert.Equal("text of a", pair.GetProperty("chosen").GetString());
        Assert.Contains("the best mean rating, 4.5", pair.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder.Path("one.jsonl")), File.ReadAllBytes(_folder.Path("again.jsonl")));
    }

    [Fact]
    public void The_rejected_answer_is_drawn_by_the_seed_or_is_the_worst()
    {
        var file = _folder.Write("in.jsonl", string.Join("\n", Enumerable.Range(0, 40).Select(i => Sample(
            "flan", $"question {i}", ("a", ["5"]), ("b", ["4"]), ("c", ["3"]), ("d", ["1"])))));

        var drawn = Rejected(Import(file, "drawn.jsonl"));
        var other = Rejected(Import(file, "other.jsonl") with { Seed = 2 });
        var worst = Rejected(Import(file, "worst.jsonl") with { TakesWorst = true });
        var far = Rejected(Import(file, "far.jsonl") with { LeastMargin = 2 });

        Assert.Equal(["text of b", "text of c", "text of d"], drawn.Distinct().Order());
        Assert.NotEqual(drawn, other);
        Assert.Equal(["text of d"], worst.Distinct());
        Assert.Equal(["text of c", "text of d"], far.Distinct().Order());
    }

    [Fact]
    public void The_first_release_is_found_by_its_wrong_overall_marks()
    {
        var file = _folder.Write(
            "in.jsonl", Sample("flan", "one", ("a", ["1", "2"]), ("b", ["5", "5"])).Replace(
                "\"overall_score\":0", "\"overall_score\":10", StringComparison.Ordinal));

        var problem = Assert.Single(
            Assert.Throws<ConfigurationException>(() => Import(file, "out.jsonl").Run()).Problems);

        Assert.StartsWith("1 of them", problem.Found, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Path("out.jsonl")));
        Assert.Equal(("pairs", 1), (Import(file, "out.jsonl") with { AcceptsUnrepaired = true }).Run()[0]);
    }

    private PreferenceImport Import(string file, string output) =>
        new([file], _folder.Path(output)) { WithoutSources = ["truthful_qa"] };

    private static List<string> Rejected(PreferenceImport import)
    {
        import.Run();
        return
        [
            .. File.ReadLines(import.Output)
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("rejected").GetString()!),
        ];
    }

    private static string Sample(
        string source, string instruction, params (string Model, string[] Ratings)[] answers)
    {
        var completions = answers.Select(answer => new
        {
            model = answer.Model,
            response = $"text of {answer.Model}",
            annotations = answer.Ratings.Index().ToDictionary(
                rating => $"aspect {rating.Index}", rating => new { Rating = rating.Item }),
            overall_score = 0,
        });
        return JsonSerializer.Serialize(new { source, instruction, completions });
    }
}
