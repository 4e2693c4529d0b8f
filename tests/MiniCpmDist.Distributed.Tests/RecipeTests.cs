using System.Text.RegularExpressions;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>The recipes, with data of their sequence length that are small enough for a test.</summary>
public sealed partial class RecipeTests(RecipeData data) : IClassFixture<RecipeData>
{
    public static TheoryData<string> Recipes { get; } =
        [.. Directory.GetFiles(RecipeData.Recipes, "*.yaml").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Every_recipe_passes_its_check_where_its_data_are_there(string recipe)
    {
        var path = Path.Combine(RecipeData.Recipes, recipe);
        var text = File.ReadAllText(path);
        var tokens = data.Tokens(int.Parse(SequenceLength().Match(text).Groups[1].Value));
        var sources = SourcePath().Matches(text).Select(match => match.Groups[1].Value).ToArray();

        var result = Tool.Minicpm(
            data.Folder,
            ["train", path, "--check", .. sources.SelectMany(name => (string[])["--set",
                $"data.sources.{name}.path={tokens}",
                "--set", $"data.sources.{name}.held_out={tokens}"])]).Succeeded();

        Assert.NotEmpty(sources);
        Assert.Contains("nothing wrong was found", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_a_recipe_for_every_published_size()
    {
        string[] sizes =
            ["nano", "9m", "30m", "70m", "0.1b", "0.17b", "0.2b", "0.5b", "minicpm-1.2b", "minicpm-2.4b"];

        Assert.Empty(sizes.Select(size => $"{size}.yaml").Except(Recipes.Select(row => row.Data)));
    }

    [GeneratedRegex(@"^  sequence_length: (\d+)$", RegexOptions.Multiline)]
    private static partial Regex SequenceLength();

    [GeneratedRegex(@"^    ([A-Za-z0-9_-]+): \{ path:", RegexOptions.Multiline)]
    private static partial Regex SourcePath();
}
