using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Model;

/// <summary>How files spell the parts of a model.</summary>
public static class ModelParts
{
    /// <summary>All of them, with their words.</summary>
    public static IReadOnlyList<(string Word, ModelPart Value)> Words { get; } =
    [
        ("language", ModelPart.Language), ("encoder", ModelPart.Encoder), ("resampler", ModelPart.Resampler),
    ];

    private static readonly IReadOnlyList<ModelPart>[] s_sets =
    [
        .. Enumerable.Range(0, 1 << Words.Count).Select(set => (IReadOnlyList<ModelPart>)
            [.. Words.Select(entry => entry.Value).Where(part => (set >> (int)part & 1) == 1)]),
    ];

    /// <summary>Every part.</summary>
    public static IReadOnlyList<ModelPart> All { get; } = s_sets[^1];

    /// <summary>
    /// Some parts in one order. The same parts are the same object, so that options which hold them can be compared.
    /// </summary>
    public static IReadOnlyList<ModelPart> Of(IEnumerable<ModelPart> parts) =>
        s_sets[parts.Aggregate(0, (set, part) => set | 1 << (int)part)];

    /// <summary>The parts in one order, such as <c>[encoder, resampler]</c>.</summary>
    public static string Text(IReadOnlyCollection<ModelPart> parts) =>
        $"[{string.Join(", ", All.Where(parts.Contains).Select(part => Wording.Of(Words, part)))}]";
}
