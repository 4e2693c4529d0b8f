namespace MiniCpmDist.Core.Scenes;

/// <summary>A color that things in scenes have.</summary>
/// <param name="English">Its name.</param>
/// <param name="Chinese">Its name.</param>
/// <param name="Rgb">Its red, green and blue, 0 to 255.</param>
public sealed record SceneColor(string English, string Chinese, (byte Red, byte Green, byte Blue) Rgb)
{
    /// <summary>All of them; far apart, and none like the ground.</summary>
    public static IReadOnlyList<SceneColor> All { get; } =
    [
        new("red", "红色", (220, 30, 30)),
        new("green", "绿色", (30, 150, 50)),
        new("blue", "蓝色", (30, 60, 220)),
        new("yellow", "黄色", (240, 210, 20)),
        new("purple", "紫色", (140, 40, 170)),
        new("orange", "橙色", (250, 130, 10)),
        new("black", "黑色", (20, 20, 20)),
        new("cyan", "青色", (20, 190, 200)),
    ];
}
