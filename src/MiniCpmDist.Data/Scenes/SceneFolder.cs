using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Scenes;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Images;

namespace MiniCpmDist.Data.Scenes;

/// <summary>
/// Writes a synthetic world: pictures as PNG; conversations about them, one JSON object with image and conversations a
/// line, in train.jsonl and held-out.jsonl; the texts of those to train on, in texts.jsonl, for a tokenizer and a
/// language model; and in scenes.jsonl what each picture shows.
/// </summary>
public static class SceneFolder
{
    private const string Images = "images";
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the folder, or nothing of that name.</summary>
    /// <param name="options">What to write.</param>
    /// <param name="written">Told the number of scenes so far.</param>
    /// <returns>Conversations to train on, and held out.</returns>
    /// <exception cref="ConfigurationException">The folder exists, or cannot be written.</exception>
    public static (long Train, long HeldOut) Write(SceneOptions options, Action<int> written)
    {
        var problems = new ProblemCollector();
        PartialFolder.RequireFree(problems, options.Folder);
        problems.Require(
            Math.Min(options.Size.Width, options.Size.Height) >= ScenePainter.LeastSide, "--size",
            $"{ScenePainter.LeastSide} pixels or more", options.Size.ToString(), "letters need that many");
        problems.ThrowIfAny();
        using var folder = PartialFolder.Create(options.Folder);
        // What an earlier attempt left.
        if (Directory.Exists(folder.File(Images)))
            Directory.Delete(folder.File(Images), recursive: true);
        Directory.CreateDirectory(folder.File(Images));
        var (train, heldOut) = (0L, 0L);
        using (var trainLines = Lines(folder, "train.jsonl"))
        using (var heldOutLines = Lines(folder, "held-out.jsonl"))
        using (var sceneLines = Lines(folder, "scenes.jsonl"))
        using (var textLines = Lines(folder, "texts.jsonl"))
        {
            var scenes = NumberedScene.AllOf(options.Seed).Take(options.Count + options.HeldOut);
            foreach (var (i, scene) in scenes.Index())
            {
                var isTrain = i < options.Count;
                var name = isTrain ? Name("train", i) : Name("held-out", i - options.Count);
                var image = $"{Images}/{name}.png";
                PngFile.Write(folder.File(image), ScenePainter.Paint(scene.Scene, options.Size));
                Append(sceneLines, json => WriteFacts(json, image, scene.Scene));
                var language = options.Languages[(int)(scene.Number % options.Languages.Count)];
                foreach (var (conversation, at) in Conversations(options.Seed, scene, language).Zip(s_conversations))
                {
                    Append(
                        isTrain ? trainLines : heldOutLines,
                        json => WriteConversation(json, $"{name}-{at}", image, conversation));
                    if (isTrain)
                        Append(textLines, json => json.WriteString("text", Text(conversation)));
                    _ = isTrain ? train++ : heldOut++;
                }
                written(i + 1);
            }
        }
        folder.Commit();
        return (train, heldOut);
    }

    private static readonly string[] s_conversations = ["caption", "questions"];

    private static IEnumerable<IReadOnlyList<SceneQuestion>> Conversations(
        ulong seed, NumberedScene scene, SceneLanguage language) =>
    [
        [SceneQuestions.Caption(scene.Scene, language)],
        SceneQuestions.Of(scene.Scene, seed, scene.Number, language),
    ];

    private static string Text(IEnumerable<SceneQuestion> questions) =>
        string.Join('\n', questions.SelectMany(question => (string[])[question.Question, question.Answer]));

    private static string Name(string split, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{split}-{number:D6}");

    private static StreamWriter Lines(PartialFolder folder, string name) => new(
        new FileStream(folder.File(name), FileMode.CreateNew, FileAccess.Write),
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    private static void Append(StreamWriter lines, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_json))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        lines.Write(Encoding.UTF8.GetString(buffer.ToArray()));
        lines.Write('\n');
    }

    private static void WriteConversation(
        Utf8JsonWriter json, string id, string image, IReadOnlyList<SceneQuestion> questions)
    {
        json.WriteString("id", id);
        json.WriteString("image", image);
        json.WriteStartArray("conversations");
        foreach (var (i, question) in questions.Index())
        {
            WriteTurn("user", i == 0 ? "<image>\n" + question.Question : question.Question);
            WriteTurn("assistant", question.Answer);
        }
        json.WriteEndArray();
        json.WriteStartArray("kinds");
        foreach (var question in questions)
            json.WriteStringValue(question.Kind);
        json.WriteEndArray();

        void WriteTurn(string role, string content)
        {
            json.WriteStartObject();
            json.WriteString("role", role);
            json.WriteString("content", content);
            json.WriteEndObject();
        }
    }

    private static void WriteFacts(Utf8JsonWriter json, string image, Scene scene)
    {
        json.WriteString("image", image);
        json.WriteStartArray("things");
        foreach (var thing in scene.Things)
        {
            json.WriteStartObject();
            json.WriteString("color", thing.Color.English);
            json.WriteString("shape", thing.Shape.English);
            json.WriteString("place", thing.Place.English);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("sign", scene.Sign);
    }
}
