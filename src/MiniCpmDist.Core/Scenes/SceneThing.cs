namespace MiniCpmDist.Core.Scenes;

/// <summary>One thing in a scene.</summary>
public sealed record SceneThing(SceneShape Shape, SceneColor Color, ScenePlace Place);
