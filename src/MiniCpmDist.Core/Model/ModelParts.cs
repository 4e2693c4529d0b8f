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

    /// <summary>Every part.</summary>
    public static IReadOnlyList<ModelPart> All { get; } = [.. Words.Select(entry => entry.Value)];

    /// <summary>The parts in one order, such as <c>[encoder, resampler]</c>.</summary>
    public static string Text(IReadOnlyCollection<ModelPart> parts) =>
        $"[{string.Join(", ", All.Where(parts.Contains).Select(part => Wording.Of(Words, part)))}]";
}
