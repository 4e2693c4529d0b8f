using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Scenes;

namespace MiniCpmDist.Data.Scenes;

/// <summary>Which scenes to write, and where.</summary>
/// <param name="Folder">Must not exist.</param>
/// <param name="Count">Scenes to train on.</param>
/// <param name="HeldOut">Scenes to ask about later; none of them is among those to train on.</param>
public sealed record SceneOptions(string Folder, int Count, int HeldOut)
{
    public ulong Seed { get; init; }

    /// <summary>Of every picture.</summary>
    public PixelSize Size { get; init; } = new(112, 112);

    /// <summary>Scene after scene takes the next of them.</summary>
    public IReadOnlyList<SceneLanguage> Languages { get; init; } = [SceneLanguage.English, SceneLanguage.Chinese];
}
