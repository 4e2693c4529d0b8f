namespace MiniCpmDist.Core.Scenes;

/// <summary>One of the nine places of a scene.</summary>
/// <param name="English">Its name.</param>
/// <param name="Chinese">Its name.</param>
/// <param name="Column">From the left, 0 to 2.</param>
/// <param name="Row">From the top, 0 to 2.</param>
public sealed record ScenePlace(string English, string Chinese, int Column, int Row)
{
    /// <summary>Places side by side, and below each other.</summary>
    public const int Side = 3;

    /// <summary>All of them, row by row.</summary>
    public static IReadOnlyList<ScenePlace> All { get; } =
    [
        new("top left", "左上角", 0, 0), new("top", "上方", 1, 0), new("top right", "右上角", 2, 0),
        new("left", "左边", 0, 1), new("center", "中间", 1, 1), new("right", "右边", 2, 1),
        new("bottom left", "左下角", 0, 2), new("bottom", "下方", 1, 2), new("bottom right", "右下角", 2, 2),
    ];
}
