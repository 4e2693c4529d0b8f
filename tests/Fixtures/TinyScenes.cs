using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Scenes;
using MiniCpmDist.Data.ImageChat;
using MiniCpmDist.Data.Scenes;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Tests.Fixtures;

/// <summary>Some scenes, a tokenizer of their texts, and a data folder in which each picture has five parts.</summary>
public sealed class TinyScenes : IDisposable
{
    public const int Pieces = 400;
    public const int SequenceLength = 320;

    public TinyScenes()
    {
        SceneFolder.Write(
            new SceneOptions(Scenes, Count: 30, HeldOut: 6)
            {
                Seed = 5,
                Size = new PixelSize(56, 56),
                Languages = [SceneLanguage.English],
            }, _ => { });
        TokenizerTraining.Train(
            new TokenizerTrainingOptions([Path.Combine(Scenes, "texts.jsonl")], TokenizerPath) { Pieces = Pieces });
        Report = ImageChatBuild.Run(Options, Data, (_, _) => { });
    }

    /// <summary>A model that sees little.</summary>
    public static VisionShape Vision { get; } = new()
    {
        HiddenSize = 24,
        Layers = 1,
        Heads = 2,
        IntermediateSize = 40,
        TableSide = 5,
        Queries = 4,
        ResamplerHeadDim = 16,
        Slices = new SliceRules(Side: 28, MostSlices: 4),
    };

    public static ChatTemplate Template { get; } =
        new() { Name = "tiny", UserBefore = "Q:", AnswerBefore = "A:" };

    public string Folder { get; } = Directory.CreateTempSubdirectory("minicpm-scenes-").FullName;

    public string Scenes => Path.Combine(Folder, "scenes");

    public string TokenizerPath => Path.Combine(Folder, "tokenizer.model");

    public string Data => Path.Combine(Folder, "data");

    public ImageChatReport Report { get; }

    public ImageChatOptions Options => new(
        [Path.Combine(Scenes, "train.jsonl")], [Path.Combine(Scenes, "held-out.jsonl")], TokenizerPath, Template,
        SequenceLength, Vision);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
