using System.Text.Json;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.ImageChat;
using MiniCpmDist.Data.Images;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>From pictures to right answers: build, training, checkpoint, evaluation.</summary>
public sealed class SeeingTests(TinyData data) : IDisposable
{
    private const int SequenceLength = 64;
    private static readonly (string Name, byte Red, byte Green, byte Blue)[] s_colors =
        [("red", 220, 30, 30), ("green", 30, 150, 50), ("blue", 30, 60, 220), ("yellow", 240, 210, 20)];

    private static readonly ModelShape s_shape = ModelPresets.All["minicpm-v-tiny"] with { VocabularySize = 400 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_learns_to_name_colors_that_it_sees_and_can_only_guess_them_in_grey_pictures()
    {
        var (train, unseen) = (Write("train", 96), Write("unseen", 16));
        var options = new ImageChatOptions(
            [train], [], Path.Combine(data.Folder, "tokenizer.model"), TinyScenes.Template, SequenceLength,
            s_shape.Vision!);
        ImageChatBuild.Run(options, _folder.Path("data"), (_, _) => { });
        const long Batch = 8 * SequenceLength;
        var run = TinyRun.Create(data, options => options with
        {
            Model = new ModelOptions(null, s_shape),
            Data = options.Data with
            {
                Sources =
                [
                    options.Data.Sources[0] with { Path = _folder.Path("data"), HeldOut = _folder.Path("data") },
                ],
                SequenceLength = SequenceLength,
                EvaluateEvery = null,
            },
            Schedule = options.Schedule with
            {
                LearningRate = 0.003,
                Warmup = 6 * Batch,
                Stable = 24 * Batch,
                TokenBatch = Batch,
            },
            Parallel = options.Parallel with { Lanes = 1, MicroBatch = 8 },
        });
        run.Train();

        Assert.Equal(16, Right(run, unseen, isBlank: false));
        // Grey pictures are all alike, and so are the answers.
        Assert.InRange(Right(run, unseen, isBlank: true), 0, 4);
    }

    private static int Right(TinyRun run, string file, bool isBlank)
    {
        using var model = TrainedModel.LoadCollective(
            run.Folder.NewestCheckpoint!.Path, "latest", new LoopbackCommunicator());
        var samples = ImageChatFiles.Read([file]);
        return Assert.Single(new PictureEvaluation(model, TinyScenes.Template, isBlank).Run(samples, _ => { })).Right;
    }

    /// <summary>Pictures of one color each, of which no two are the same.</summary>
    private string Write(string name, int count)
    {
        var random = new Random(name.Length);
        var lines = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var (color, red, green, blue) = s_colors[i % s_colors.Length];
            var image = new RgbImage(28, 28);
            for (var at = 0; at < image.Pixels.Length; at += RgbImage.Channels)
            {
                byte[] pixel = [red, green, blue];
                for (var channel = 0; channel < RgbImage.Channels; channel++)
                    image.Pixels[at + channel] = (byte)Math.Clamp(pixel[channel] + random.Next(-15, 16), 0, 255);
            }
            PngFile.Write(_folder.Path($"{name}-{i}.png"), image);
            lines.Add(JsonSerializer.Serialize(new
            {
                image = $"{name}-{i}.png",
                conversations = new object[]
                {
                    new { role = "user", content = "<image>What color?" },
                    new { role = "assistant", content = color },
                },
            }));
        }
        return _folder.Write($"{name}.jsonl", string.Join('\n', lines));
    }
}
