namespace MiniCpmDist.Core.Model;

/// <summary>How a model with an output matrix of its own begins as one whose output matrix is the embedding.</summary>
public static class HeadUntying
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    /// <summary>The parameter of the tied model that a parameter begins as a copy of.</summary>
    /// <param name="name">Of a parameter of the untied model.</param>
    public static string SourceOf(string name) => name == Head ? Embedding : name;
}
