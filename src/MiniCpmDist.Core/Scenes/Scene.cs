namespace MiniCpmDist.Core.Scenes;

/// <summary>
/// A small world of which everything is known: things of one shape and color each in some of nine places, and in half
/// of the scenes a sign with letters. What is asked about is drawn evenly, so that no answer can be guessed: counts
/// from one to five, colors and places each with the same chance.
/// </summary>
/// <param name="Things">In the order of their places; no two share one.</param>
/// <param name="Sign">Letters and digits on the sign; null in a scene without a sign.</param>
public sealed record Scene(IReadOnlyList<SceneThing> Things, string? Sign)
{
    private const int MostCounted = 5;
    private const int MostOthers = 3;
    private const int ShortestSign = 2;
    private const int LongestSign = 4;

    // Without letters and digits that look like others.
    private const string SignCharacters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <summary>A text that two scenes share only if they show the same.</summary>
    public string Key => string.Join(';', Things.Select(
        thing => $"{thing.Color.English} {thing.Shape.English} {thing.Place.English}").Append(Sign));

    /// <summary>The scene of a number.</summary>
    /// <param name="seed">Of all scenes.</param>
    /// <param name="number">Any.</param>
    public static Scene Draw(ulong seed, long number)
    {
        var dice = new SceneDice(seed, number);
        var counted = dice.Pick(SceneShape.All);
        var others = SceneShape.All.Where(shape => shape != counted).ToArray();
        var (count, more) = (1 + dice.Roll(MostCounted), 1 + dice.Roll(MostOthers));
        var places = dice.Distinct(count + more, ScenePlace.All.Count);
        var things = places.Select((place, i) => new SceneThing(
            i < count ? counted : dice.Pick(others), dice.Pick(SceneColor.All), ScenePlace.All[place]));
        var ordered = things.OrderBy(thing => thing.Place.Row * ScenePlace.Side + thing.Place.Column).ToArray();
        return new Scene(ordered, dice.Roll(2) == 0 ? null : DrawSign(dice)) { Counted = counted };
    }

    /// <summary>The shape whose number is as likely to be one as five; null where a scene was not drawn.</summary>
    internal SceneShape? Counted { get; init; }

    private static string DrawSign(SceneDice dice) => new(
    [
        .. Enumerable.Range(0, ShortestSign + dice.Roll(LongestSign - ShortestSign + 1))
            .Select(_ => SignCharacters[dice.Roll(SignCharacters.Length)]),
    ]);
}
