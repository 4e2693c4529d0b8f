using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Quantization;

/// <summary>How the matrices of a model become four-bit codes.</summary>
public sealed record QuantizationOptions
{
    /// <summary>The bits that there are kernels and files for.</summary>
    public const int Bits = 4;

    /// <summary>Both sides of a matrix are whole words of the file's layout.</summary>
    private const int Word = 32;

    /// <summary>Input columns that share a scale, as released models have them.</summary>
    public const int UsualGroup = 128;

    /// <summary>Input columns that share a scale.</summary>
    public int Group { get; init; } = UsualGroup;

    /// <summary>Share of the mean diagonal that is added to the diagonal; doubled until the factor exists.</summary>
    public double Damping { get; init; } = 0.01;

    /// <summary>Columns with the largest inputs go first.</summary>
    public bool ActOrder { get; init; }

    /// <summary>Scales come from the weights as they were, not as the columns before have changed them.</summary>
    public bool StaticGroups { get; init; }

    /// <summary>Inputs of later matrices of a layer come from the earlier ones as they are in the file.</summary>
    public bool TrueSequential { get; init; } = true;

    /// <summary>True where each weight is rounded by itself: what GPTQ is measured against.</summary>
    public bool RoundsToNearest { get; init; }

    /// <summary>True where the paper's grid is measured too, which no file can hold.</summary>
    public bool Studies { get; init; }

    /// <summary>What a zero is stored as.</summary>
    public GptqLayout Layout { get; init; } = GptqLayout.Version1;

    /// <summary>As <c>config.json</c> says it.</summary>
    public GptqConfig Config => new(Group, Layout)
    {
        ActOrder = ActOrder,
        StaticGroups = StaticGroups,
        TrueSequential = TrueSequential,
        Damping = Damping,
    };

    /// <summary>Adds a problem for every width that does not divide.</summary>
    public void Check(ModelShape shape, ProblemCollector problems)
    {
        var matrices = Matrices(shape);
        foreach (var columns in matrices.Select(spec => spec.Shape[1]).Distinct())
        {
            problems.Require(
                columns % Group == 0, "--group", $"a number that divides the width {columns}", $"{Group}",
                $"for example --group {LargestGroup(shape)}");
        }
        foreach (var side in matrices.SelectMany(spec => spec.Shape).Distinct())
        {
            problems.Require(
                side % Word == 0, "the model", $"widths that are multiples of {Word}, as the layout needs them",
                $"{side}", "this model cannot be stored in this layout; `minicpm export --to gguf --dtype q4_0` can");
        }
    }

    /// <summary>The usual group, or where a width is no multiple of it the largest half of it that all are.</summary>
    public static int LargestGroup(ModelShape shape)
    {
        var group = UsualGroup;
        while (Matrices(shape).Any(spec => spec.Shape[1] % group != 0))
            group /= 2;
        return group;
    }

    private static ParameterSpec[] Matrices(ModelShape shape) =>
        [.. shape.ParameterSpecs.Where(spec => spec.Block == 0 && !QuantizationPasses.StaysPlain(spec))];
}
