namespace MiniCpmDist.Cli.Quickstart;

/// <summary>Where the quickstart finds what it needs and leaves what it makes.</summary>
/// <param name="Recipes">The folder of the recipe and of the package lists.</param>
/// <param name="Work">The folder of corpora, tokenizer and tokens.</param>
/// <param name="Runs">The folder of runs.</param>
internal sealed record QuickstartPlaces(string Recipes, string Work, string Runs)
{
    /// <summary>
    /// The places in a checkout that is the current folder; the recipe names its tokens relative to it.
    /// </summary>
    public static QuickstartPlaces OfCheckout { get; } =
        new(Path.Combine("launch", "recipes"), Path.Combine(".cache", "quickstart"), "runs");

    public string Recipe => Path.Combine(Recipes, "quickstart.yaml");

    /// <summary>Held by the one quickstart that is at work.</summary>
    public string Lock => Path.Combine(Work, "lock");

    public string Tokenizer => Path.Combine(Work, "tokenizer.model");

    /// <summary>A file with the sequence length that the tokens were packed for.</summary>
    public string SequenceLength => Path.Combine(Work, "sequence-length");

    /// <summary>A file with the number of the first experiment on the present tokens.</summary>
    public string FirstExperiment => Path.Combine(Work, "first-experiment");

    public string PackageList(QuickstartSource source) => Path.Combine(Recipes, $"quickstart-{source.Name}.txt");

    public string Corpus(QuickstartSource source) => Path.Combine(Work, "corpus", source.Name);

    /// <summary>A copy of the package list that the corpus was made from.</summary>
    public string CorpusList(QuickstartSource source) => $"{Corpus(source)}.list";

    public string Tokens(QuickstartSource source) => Path.Combine(Work, source.Name);

    /// <summary>Removes a folder that is there, with all that is in it.</summary>
    public static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
