using System.Globalization;

namespace MiniCpmDist.Core.Scenes;

/// <summary>Questions about a scene whose answers are known.</summary>
public static class SceneQuestions
{
    /// <summary>A description of all that a scene shows.</summary>
    public static SceneQuestion Caption(Scene scene, SceneLanguage language) => language switch
    {
        SceneLanguage.English => new(
            SceneQuestion.Caption, "Describe the picture.",
            $"There is {string.Join(", ", scene.Things.Select(EnglishName))}."
            + (scene.Sign is { } sign ? $" The sign says {sign}." : "")),
        _ => new(
            SceneQuestion.Caption, "描述这幅图。",
            $"{string.Join("，", scene.Things.Select(ChineseName))}。"
            + (scene.Sign is { } sign ? $"牌子上写着{sign}。" : "")),
    };

    /// <summary>
    /// One question of each kind that the scene can be asked: how many, what color, where, and what the sign says.
    /// </summary>
    /// <param name="scene">Drawn from a seed and a number.</param>
    /// <param name="seed">The same seed.</param>
    /// <param name="number">The same number.</param>
    /// <param name="language">Of questions and answers.</param>
    public static IReadOnlyList<SceneQuestion> Of(Scene scene, ulong seed, long number, SceneLanguage language)
    {
        // Dice of their own, so that questions in another language are about the same things.
        var dice = new SceneDice(seed, ~number);
        var isEnglish = language == SceneLanguage.English;
        var counted = scene.Counted ?? scene.Things[0].Shape;
        var count = scene.Things.Count(thing => thing.Shape == counted).ToString(CultureInfo.InvariantCulture);
        var seen = dice.Pick(scene.Things);
        var questions = new List<SceneQuestion>
        {
            new(SceneQuestion.Count, isEnglish
                ? $"How many {counted.Plural} are there?"
                : $"图中有几个{counted.Chinese}？", count),
            new(SceneQuestion.Color, isEnglish
                ? $"What color is the {seen.Shape.English} at the {seen.Place.English}?"
                : $"{seen.Place.Chinese}的{seen.Shape.Chinese}是什么颜色？",
                isEnglish ? seen.Color.English : seen.Color.Chinese),
        };
        // Another thing than the one before, whose answer has told its place.
        var single = scene.Things
            .Where(thing => thing != seen && scene.Things.Count(
                other => other.Shape == thing.Shape && other.Color == thing.Color) == 1)
            .ToArray();
        if (single.Length > 0)
        {
            var sought = dice.Pick(single);
            questions.Add(new(SceneQuestion.Place, isEnglish
                ? $"Where is the {sought.Color.English} {sought.Shape.English}?"
                : $"{sought.Color.Chinese}的{sought.Shape.Chinese}在哪里？",
                isEnglish ? sought.Place.English : sought.Place.Chinese));
        }
        if (scene.Sign is { } sign)
            questions.Add(new(SceneQuestion.Text, isEnglish ? "What does the sign say?" : "牌子上写着什么？", sign));
        return questions;
    }

    private static string EnglishName(SceneThing thing) =>
        $"{("aeiou".Contains(thing.Color.English[0]) ? "an" : "a")} {thing.Color.English} {thing.Shape.English} "
        + $"at the {thing.Place.English}";

    private static string ChineseName(SceneThing thing) =>
        $"{thing.Place.Chinese}有一个{thing.Color.Chinese}的{thing.Shape.Chinese}";
}
