using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Model;

/// <summary>How <c>run.yaml</c> spells <see cref="ActivationCheckpointing"/>.</summary>
public static class ActivationWords
{
    public static IReadOnlyList<(string Word, ActivationCheckpointing Value)> All { get; } =
    [
        ("none", ActivationCheckpointing.None), ("selective", ActivationCheckpointing.Selective),
        ("full", ActivationCheckpointing.Full),
    ];

    public static string Of(ActivationCheckpointing checkpointing) => Wording.Of(All, checkpointing);
}
