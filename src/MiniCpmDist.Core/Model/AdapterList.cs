namespace MiniCpmDist.Core.Model;

/// <summary>
/// Names, shapes and starting values of a model's adapters. A matrix <c>[out, in]</c> has A <c>[rank, in]</c> and B
/// <c>[out, rank]</c>. B begins with zeros, so that a model begins as what it is without adapters. A begins with normal
/// numbers of the standard deviation that PEFT's uniform ones have, 1 / √(3 in).
/// </summary>
public static class AdapterList
{
    private const string Blocks = "model.layers.";
    private const string Weight = ".weight";
    private const string DownName = ".lora_A";
    private const string UpName = ".lora_B";

    /// <summary>The adapters in the order of their matrices: A, then B of each.</summary>
    /// <exception cref="ArgumentException">The model has no matrix of a name that <paramref name="lora"/> has.
    /// </exception>
    public static IReadOnlyList<ParameterSpec> Of(ModelShape shape, LoraOptions lora)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(lora);
        var missing = Missing(shape, lora.Matrices);
        if (missing.Count > 0)
            throw new ArgumentException($"Expected matrices of the model, found {string.Join(", ", missing)}.");
        return [.. Matrices(shape, lora.Matrices).SelectMany(spec => Pair(spec, lora))];
    }

    /// <summary>The parameters of a model that get adapters.</summary>
    public static IEnumerable<ParameterSpec> Matrices(ModelShape shape, LoraMatrices matrices)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.ParameterSpecs.Where(spec => IsAdapted(spec.Name, matrices));
    }

    /// <summary>Names that no matrix of the model has: a block with experts has no <c>gate_proj</c>.</summary>
    public static IReadOnlyList<string> Missing(ModelShape shape, LoraMatrices matrices)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var found = shape.ParameterSpecs.Select(spec => MatrixOf(spec.Name)).ToHashSet();
        return [.. LoraWords.Of(matrices).Where(word => !found.Contains(word))];
    }

    /// <summary>The matrices that a model can have adapters on.</summary>
    public static LoraMatrices Possible(ModelShape shape) =>
        LoraWords.Parse(LoraWords.Of(LoraMatrices.All).Except(Missing(shape, LoraMatrices.All)))!.Value;

    /// <summary>True for the name of a weight that has an adapter.</summary>
    public static bool IsAdapted(string weight, LoraMatrices matrices)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return MatrixOf(weight) is { } matrix && LoraWords.Of(matrices).Contains(matrix);
    }

    /// <summary>True for the name of an adapter's parameter.</summary>
    public static bool IsAdapter(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith(DownName + Weight, StringComparison.Ordinal)
            || name.EndsWith(UpName + Weight, StringComparison.Ordinal);
    }

    /// <summary>The names of A and B of a matrix.</summary>
    /// <param name="matrix">Name of its weight.</param>
    public static (string Down, string Up) NamesOf(string matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var stem = matrix[..^Weight.Length];
        return (stem + DownName + Weight, stem + UpName + Weight);
    }

    private static IEnumerable<ParameterSpec> Pair(ParameterSpec matrix, LoraOptions lora)
    {
        var (down, up) = NamesOf(matrix.Name);
        var (rows, columns) = (matrix.Shape[0], matrix.Shape[1]);
        yield return new ParameterSpec(
            down, [lora.Rank, columns], 1 / Math.Sqrt(3.0 * columns), LearningRateGroup.Full, down)
        {
            Block = matrix.Block,
        };
        yield return new ParameterSpec(up, [rows, lora.Rank], 0, LearningRateGroup.Full, up)
        {
            Block = matrix.Block,
            Start = ParameterStart.Zeros,
        };
    }

    /// <summary>Such as <c>q_proj</c>; null outside of the language model's blocks.</summary>
    private static string? MatrixOf(string name) =>
        name.StartsWith(Blocks, StringComparison.Ordinal) && name.EndsWith(Weight, StringComparison.Ordinal)
            ? name[..^Weight.Length].Split('.')[^1]
            : null;
}
