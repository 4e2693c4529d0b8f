namespace MiniCpmDist.Core.Scenes;

/// <summary>A language that scenes are spoken about in.</summary>
public enum SceneLanguage
{
    English,
    Chinese,
}
