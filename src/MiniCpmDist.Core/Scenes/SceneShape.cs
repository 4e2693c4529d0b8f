namespace MiniCpmDist.Core.Scenes;

/// <summary>A form that things in scenes have.</summary>
/// <param name="English">Its name.</param>
/// <param name="Plural">The English name of several.</param>
/// <param name="Chinese">Its name.</param>
/// <param name="Covers">Whether the point (x, y) belongs to it; both run from -1 to 1, y downwards.</param>
public sealed record SceneShape(string English, string Plural, string Chinese, Func<double, double, bool> Covers)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SceneShape> All { get; } =
    [
        new("circle", "circles", "圆形", (x, y) => x * x + y * y <= 1),
        new("square", "squares", "正方形", (x, y) => Math.Max(Math.Abs(x), Math.Abs(y)) <= 0.9),
        new("triangle", "triangles", "三角形", (x, y) => y <= 0.9 && Math.Abs(x) <= (y + 1) / 1.9),
        new("cross", "crosses", "十字形", (x, y) =>
            Math.Min(Math.Abs(x), Math.Abs(y)) <= 0.3 && Math.Max(Math.Abs(x), Math.Abs(y)) <= 1),
    ];
}
