namespace MiniCpmDist.Core.Model;

/// <summary>The names of the matrices that may get adapters, as PEFT and Hugging Face's MiniCPM spell them.</summary>
public static class LoraWords
{
    public static IReadOnlyList<(string Word, LoraMatrices Value)> All { get; } =
    [
        ("q_proj", LoraMatrices.Query),
        ("k_proj", LoraMatrices.Key),
        ("v_proj", LoraMatrices.Value),
        ("o_proj", LoraMatrices.Output),
        ("gate_proj", LoraMatrices.Gate),
        ("up_proj", LoraMatrices.Up),
        ("down_proj", LoraMatrices.Down),
    ];

    /// <summary>The names of these matrices, in the order of a block.</summary>
    public static IReadOnlyList<string> Of(LoraMatrices matrices) =>
        [.. All.Where(entry => matrices.HasFlag(entry.Value)).Select(entry => entry.Word)];

    /// <summary>The matrices of these names; null where one of them is no matrix of a block.</summary>
    public static LoraMatrices? Parse(IEnumerable<string> names)
    {
        var matrices = LoraMatrices.None;
        foreach (var name in names)
        {
            var entry = All.FirstOrDefault(entry => entry.Word == name);
            if (entry.Word is null)
                return null;
            matrices |= entry.Value;
        }
        return matrices;
    }
}
