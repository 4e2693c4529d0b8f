using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Model;

/// <summary>How files spell <see cref="RopeScalingKind"/>: as Hugging Face's configurations do.</summary>
internal static class RopeWords
{
    public static IReadOnlyList<(string Word, RopeScalingKind Value)> All { get; } =
    [
        ("none", RopeScalingKind.None),
        ("dynamic", RopeScalingKind.Dynamic),
        ("yarn", RopeScalingKind.Yarn),
        ("longrope", RopeScalingKind.LongRope),
    ];

    public static string Of(RopeScalingKind kind) => Wording.Of(All, kind);
}
