using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Recall;

/// <summary>The words that documents are made of, and how kinds are spelled.</summary>
public static class RecallWords
{
    /// <summary>How commands and files spell kinds.</summary>
    public static IReadOnlyList<(string Word, RecallKind Value)> Kinds { get; } =
    [
        ("passkey", RecallKind.Passkey),
        ("needles", RecallKind.Needles),
        ("pairs", RecallKind.Pairs),
        ("copy", RecallKind.Copy),
    ];

    /// <summary>The spelling of a kind.</summary>
    public static string Of(RecallKind kind) => Wording.Of(Kinds, kind);

    internal static string[] Adjectives { get; } =
    [
        "quiet", "old", "green", "small", "early", "warm", "empty", "long", "clear", "heavy", "open", "bright",
        "slow", "narrow", "gentle", "dry", "high", "round", "soft", "plain",
    ];

    internal static string[] Nouns { get; } =
    [
        "river", "tower", "garden", "window", "market", "road", "letter", "forest", "bridge", "table", "winter",
        "field", "lamp", "village", "stone", "train", "harbour", "school", "cloud", "orchard", "island", "kitchen",
        "valley", "station", "horse", "basket", "mill", "coat", "song", "gate",
    ];

    internal static string[] Verbs { get; } =
    [
        "follows", "crosses", "holds", "leaves", "meets", "covers", "finds", "keeps", "passes", "shows", "reaches",
        "fills", "carries", "turns", "warms", "hides",
    ];

    internal static string[] Names { get; } =
    [
        "Anna", "Ben", "Clara", "David", "Emma", "Frank", "Greta", "Henry", "Ida", "Jacob", "Karin", "Leo", "Maria",
        "Noah", "Olga", "Paul", "Rosa", "Simon", "Tessa", "Victor", "Wanda", "Xavier", "Yara", "Zoe",
    ];
}
