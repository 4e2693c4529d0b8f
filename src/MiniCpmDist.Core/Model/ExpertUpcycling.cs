namespace MiniCpmDist.Core.Model;

/// <summary>
/// How a model with experts begins as one without: each expert is a copy of the block's feed-forward part. The weights
/// of a token add up to one, so that it computes the same, whatever the routers say.
/// </summary>
public static class ExpertUpcycling
{
    private const string Experts = ".mlp.experts.";
    private const string Router = ".mlp.gate.";

    private static readonly Dictionary<string, string> s_matrices = new()
    {
        ["w1"] = "gate_proj",
        ["w3"] = "up_proj",
        ["w2"] = "down_proj",
    };

    /// <summary>The model that the experts are copied from.</summary>
    public static ModelShape DenseOf(ModelShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape with { Experts = 0, ExpertsPerToken = 0, BalanceLoss = 0, RouterZLoss = 0 };
    }

    /// <summary>
    /// The parameter of the model without experts that a parameter begins with; null for a router, which begins with
    /// random numbers.
    /// </summary>
    /// <param name="name">Of a parameter of the model with experts.</param>
    public static string? SourceOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Contains(Router, StringComparison.Ordinal))
            return null;
        var at = name.IndexOf(Experts, StringComparison.Ordinal);
        if (at < 0)
            return name;
        var matrix = name[(at + Experts.Length)..].Split('.')[1];
        return $"{name[..at]}.mlp.{s_matrices[matrix]}.weight";
    }

    /// <summary>True of a parameter of an expert.</summary>
    public static bool IsOfExpert(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Contains(Experts, StringComparison.Ordinal);
    }
}
