namespace MiniCpmDist.Core.Scenes;

/// <summary>A scene and the number that it was drawn with.</summary>
public sealed record NumberedScene(long Number, Scene Scene)
{
    /// <summary>Scenes of a seed, none of which shows what an earlier one shows; without an end.</summary>
    public static IEnumerable<NumberedScene> AllOf(ulong seed)
    {
        var shown = new HashSet<string>();
        for (var number = 0L; ; number++)
        {
            var scene = Scene.Draw(seed, number);
            if (shown.Add(scene.Key))
                yield return new NumberedScene(number, scene);
        }
    }
}
