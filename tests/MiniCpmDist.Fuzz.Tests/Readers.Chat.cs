using System.Text.Json;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Data.Chat;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>Files of samples for alignment.</summary>
internal static partial class Readers
{
    private const string Conversation =
        """{"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},"""
        + """{"role":"assistant","content":"a"}]}""";

    private const string Pair = """{"prompt":"q","chosen":"a","rejected":"b"}""";

    private const string Rated =
        """
        {"source":"flan","instruction":"q","completions":[{"model":"m","response":"a","overall_score":10,
        "annotations":{"honesty":{"Rating":"5"},"help":{"Rating":"N/A"}}},{"model":"n","response":"b",
        "annotations":{"honesty":{"Rating":"1"}}}]}
        """;

    private static IEnumerable<Reader> ChatReaders(string folder) =>
    [
        Samples(
            folder, "chat.jsonl", Conversation + "\n" + """{"instruction":"i","input":"n","output":"o"}""", Written),
        Samples(folder, "chat.json", $"[{Conversation},{Conversation}]", Written),
        Samples(folder, "pairs.jsonl", Pair, ChatJson.Preference),
        Samples(folder, "ultrafeedback.json", $"[{Rated}]", sample => PairChoice.Of(
            UltraFeedbackSample.Read(sample).Answers, leastMargin: 0, takesWorst: false, seed: 1, index: 0)),
    ];

    private static Reader Samples<T>(string folder, string name, string valid, Func<JsonElement, T> parse) =>
        new(name, Texts(valid), content =>
        {
            Write(folder, name, content);
            ChatFile.Read(Path.Combine(folder, name), parse, new ChatProblems("a sample"));
        });

    private static int Written(JsonElement sample) => new ChatTemplate { Name = "t", UserBefore = "<U>" }
        .Render(ChatJson.Conversation(sample)).Count();
}
