using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Scenes;
using MiniCpmDist.Data.Scenes;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data scenes</c>: pictures of which everything is known, and conversations about them.</summary>
internal static class DataScenesCommand
{
    private const string Both = "both";

    public static Command Create()
    {
        var output = new Option<string>("--out") { Description = "Folder to write; must not exist.", Required = true };
        var count = new Option<int>("--count")
        {
            Description = "Scenes to train on.",
            DefaultValueFactory = _ => 1000,
        };
        var heldOut = new Option<int>("--held-out")
        {
            Description = "More scenes, in held-out.jsonl; none of them is like one to train on.",
            DefaultValueFactory = _ => 100,
        };
        var seed = new Option<ulong>("--seed") { Description = "Another seed draws other scenes." };
        var language = new Option<string>("--language")
        {
            Description = "Of questions, answers and captions: english, chinese, or both in turn.",
            DefaultValueFactory = _ => Both,
        };
        language.AcceptOnlyFromAmong("english", "chinese", Both);
        var size = new Option<int>("--size")
        {
            Description = "Width and height of the pictures in pixels.",
            DefaultValueFactory = _ => 112,
        };
        var command = new Command("scenes", """
            Draws a synthetic world: shapes of eight colors in nine places, and signs with letters. It writes pictures
            as PNG, and captions, questions and answers about them in English and Chinese: how many, what color, where,
            and what the sign says. No answer can be guessed: counts, colors and places are equally likely.

            The folder gets train.jsonl and held-out.jsonl with one {"image", "conversations"} a line, texts.jsonl with
            the texts to train on alone, for a tokenizer, and scenes.jsonl with what each picture shows. The same seed
            gives the same folder.

            Example:
              minicpm data scenes --out scenes --count 2000 --held-out 200 --language english
            """)
        {
            output, count.Within(1, 10_000_000), heldOut.Within(0, 10_000_000), seed, language,
            size.Within(ScenePainter.LeastSide, 4096),
        };
        command.SetAction(line =>
        {
            var display = new WorkDisplay(Screen.FromEnvironment());
            var side = line.GetValue(size);
            var options = new SceneOptions(line.GetValue(output)!, line.GetValue(count), line.GetValue(heldOut))
            {
                Seed = line.GetValue(seed),
                Size = new PixelSize(side, side),
                Languages = line.GetValue(language) switch
                {
                    "english" => [SceneLanguage.English],
                    "chinese" => [SceneLanguage.Chinese],
                    _ => [SceneLanguage.English, SceneLanguage.Chinese],
                },
            };
            var (train, held) = SceneFolder.Write(
                options, scenes => display.Show(() => $"painting: {scenes} of {options.Count + options.HeldOut}"));
            display.Done(
                $"{options.Folder}: {options.Count} scenes with {train} conversations to train on, "
                + $"{options.HeldOut} with {held} held out");
        });
        return command;
    }
}
