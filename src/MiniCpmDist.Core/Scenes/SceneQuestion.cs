namespace MiniCpmDist.Core.Scenes;

/// <summary>A question about a scene, and the only right answer.</summary>
/// <param name="Kind">What it is about: count, color, place, text or caption.</param>
/// <param name="Question">In one of the languages.</param>
/// <param name="Answer">In the same language.</param>
public sealed record SceneQuestion(string Kind, string Question, string Answer)
{
    public const string Count = "count";
    public const string Color = "color";
    public const string Place = "place";
    public const string Text = "text";
    public const string Caption = "caption";
}
