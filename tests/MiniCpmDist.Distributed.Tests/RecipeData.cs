using System.Globalization;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>The repository's own prose as tokens, packed once for each sequence length that is asked for.</summary>
public sealed class RecipeData : IDisposable
{
    private readonly HashSet<int> _made = [];

    public RecipeData()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "corpus"));
        var paragraphs = Tool.Prose.SelectMany(file => File.ReadAllText(file)
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries));
        foreach (var (index, paragraph) in paragraphs.Index())
            File.WriteAllText(Path.Combine(Folder, "corpus", $"{index}.txt"), paragraph);
        Tool.Minicpm(Folder, "tokenizer", "train", "--out", "tokenizer.model", "--pieces", "512", "corpus").Succeeded();
    }

    public static string Recipes { get; } = Path.Combine(Tool.RepositoryRoot, "launch", "recipes");

    public string Folder { get; } = Directory.CreateTempSubdirectory("minicpm-recipes-").FullName;

    /// <summary>A data folder with sequences of that length.</summary>
    public string Tokens(int sequenceLength)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"tokens-{sequenceLength}");
        if (_made.Add(sequenceLength))
        {
            Tool.Minicpm(
                Folder,
                "data", "build", "--tokenizer", "tokenizer.model", "--sequence-length",
                    $"{sequenceLength}", "--held-out",
                "0.3", "--out", name, "corpus").Succeeded();
        }
        return name;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
