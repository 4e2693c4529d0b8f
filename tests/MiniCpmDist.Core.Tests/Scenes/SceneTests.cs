using System.Globalization;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Scenes;

namespace MiniCpmDist.Core.Tests.Scenes;

public sealed class SceneTests
{
    private const int Some = 4000;
    private static readonly PixelSize s_size = new(112, 112);

    [Fact]
    public void A_seed_draws_the_same_scenes_again_and_another_seed_draws_others()
    {
        string[] Keys(ulong seed) => [.. NumberedScene.AllOf(seed).Take(50).Select(scene => scene.Scene.Key)];

        Assert.Equal(Keys(3), Keys(3));
        Assert.Empty(Keys(3).Intersect(Keys(4)));
    }

    [Fact]
    public void No_scene_shows_what_an_earlier_one_shows() =>
        Assert.Distinct(NumberedScene.AllOf(1).Take(Some).Select(scene => scene.Scene.Key));

    [Theory]
    [InlineData(SceneLanguage.English)]
    [InlineData(SceneLanguage.Chinese)]
    public void Whoever_always_gives_the_commonest_answer_is_right_at_most_three_times_in_ten(SceneLanguage language)
    {
        var asked = NumberedScene.AllOf(2).Take(Some)
            .SelectMany(scene => SceneQuestions.Of(scene.Scene, 2, scene.Number, language))
            .GroupBy(question => question.Kind)
            .ToDictionary(kind => kind.Key, kind => kind.Select(question => question.Answer).ToArray());

        Assert.Equal(["color", "count", "place", "text"], asked.Keys.Order());
        Assert.All(asked, kind => Assert.True(
            kind.Value.CountBy(answer => answer).Max(answer => answer.Value) <= kind.Value.Length * 0.3, kind.Key));
        // Signs stand in half of the scenes, and each thing that is one of its kind can be asked for.
        Assert.InRange(asked["text"].Length, Some * 0.45, Some * 0.55);
        Assert.InRange(asked["place"].Length, Some * 0.95, Some);
    }

    [Fact]
    public void Answers_are_what_the_scene_shows()
    {
        foreach (var (number, scene) in NumberedScene.AllOf(5).Take(Some).Select(scene => (scene.Number, scene.Scene)))
        {
            foreach (var asked in SceneQuestions.Of(scene, 5, number, SceneLanguage.English))
            {
                var right = asked.Kind switch
                {
                    SceneQuestion.Count => scene.Things
                        .Count(thing => asked.Question == $"How many {thing.Shape.Plural} are there?")
                        .ToString(CultureInfo.InvariantCulture),
                    SceneQuestion.Color => scene.Things.Single(thing => asked.Question
                        == $"What color is the {thing.Shape.English} at the {thing.Place.English}?").Color.English,
                    SceneQuestion.Place => scene.Things.Single(thing => asked.Question
                        == $"Where is the {thing.Color.English} {thing.Shape.English}?").Place.English,
                    _ => scene.Sign,
                };
                Assert.Equal(right, asked.Answer);
            }
        }
    }

    [Fact]
    public void No_place_stands_in_a_question_that_was_asked_before_and_the_others_are_equally_likely()
    {
        var places = new List<string>();
        foreach (var scene in NumberedScene.AllOf(3).Take(Some))
        {
            var asked = SceneQuestions.Of(scene.Scene, 3, scene.Number, SceneLanguage.English);
            var text = "";
            foreach (var question in asked)
            {
                if (question.Kind == SceneQuestion.Place)
                {
                    Assert.DoesNotContain($" at the {question.Answer}?", text, StringComparison.Ordinal);
                    places.Add(question.Answer);
                }
                text += question.Question;
            }
        }
        Assert.InRange(
            places.CountBy(place => place).Max(place => place.Value), places.Count * 0.1, places.Count * 0.15);
    }

    [Fact]
    public void Both_languages_ask_about_the_same_things()
    {
        foreach (var scene in NumberedScene.AllOf(5).Take(500))
        {
            var english = SceneQuestions.Of(scene.Scene, 5, scene.Number, SceneLanguage.English);
            var chinese = SceneQuestions.Of(scene.Scene, 5, scene.Number, SceneLanguage.Chinese);

            Assert.Equal(english.Select(asked => asked.Kind), chinese.Select(asked => asked.Kind));
            Assert.Equal(
                english.Single(asked => asked.Kind == SceneQuestion.Color).Answer,
                SceneColor.All.Single(color => color.Chinese
                    == chinese.Single(asked => asked.Kind == SceneQuestion.Color).Answer).English);
        }
    }

    [Fact]
    public void A_caption_names_everything_and_nothing_else()
    {
        var scene = new Scene(
            [
                new(SceneShape.All[0], SceneColor.All[5], ScenePlace.All[0]),
                new(SceneShape.All[3], SceneColor.All[0], ScenePlace.All[4]),
            ], "K7");

        Assert.Equal(
            "There is an orange circle at the top left, a red cross at the center. The sign says K7.",
            SceneQuestions.Caption(scene, SceneLanguage.English).Answer);
        Assert.Equal(
            "左上角有一个橙色的圆形，中间有一个红色的十字形。牌子上写着K7。",
            SceneQuestions.Caption(scene, SceneLanguage.Chinese).Answer);
    }

    [Theory]
    [InlineData(112, 112)]
    [InlineData(56, 56)]
    [InlineData(301, 97)]
    public void Things_are_painted_in_their_color_at_their_place_and_the_rest_is_ground(int width, int height)
    {
        foreach (var scene in NumberedScene.AllOf(6).Take(200).Select(scene => scene.Scene))
        {
            var image = ScenePainter.Paint(scene, new PixelSize(width, height));
            foreach (var place in ScenePlace.All)
            {
                var thing = scene.Things.SingleOrDefault(thing => thing.Place == place);
                var (x, y) = ((2 * place.Column + 1) * width / 6, (2 * place.Row + 1) * (height * 4 / 5) / 6);
                var at = (y * width + x) * 3;

                Assert.Equal(
                    thing?.Color.Rgb ?? (128, 128, 128),
                    (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]));
            }
        }
    }

    [Fact]
    public void Pictures_of_different_scenes_differ()
    {
        var pictures = NumberedScene.AllOf(7).Take(500)
            .Select(scene => Convert.ToHexString(ScenePainter.Paint(scene.Scene, s_size).Pixels));

        Assert.Distinct(pictures);
    }

    [Fact]
    public void No_two_signs_of_one_character_look_alike()
    {
        const string Characters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

        Assert.Distinct(Characters.Select(letter => Convert.ToHexString(
            ScenePainter.Paint(new Scene([], letter.ToString()), s_size).Pixels)));
    }
}
