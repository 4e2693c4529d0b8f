using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>
/// The model that an export takes: a run's checkpoint, or any Hugging Face folder of a MiniCPM model. A checkpoint is
/// such a folder, too. All weights have been read once and are finite.
/// </summary>
public sealed class ExportSource
{
    private const string TokenizerFile = "tokenizer.model";
    private readonly FolderWeights _weights;

    private ExportSource(string name, string folder, FolderWeights weights, byte[] tokenizer) =>
        (Name, Folder, _weights, Tokenizer) = (name, Path.GetFullPath(folder), weights, tokenizer);

    /// <summary>Of the run, or of the folder.</summary>
    public string Name { get; }

    /// <summary>The Hugging Face folder.</summary>
    public string Folder { get; }

    public ModelShape Shape => _weights.Shape;

    /// <summary>
    /// The model as another program is to compute it. A run with a dynamic base has trained with that of its own length
    /// alone, and the published class takes another one for shorter texts: so the base is written as a plain one.
    /// </summary>
    public ModelShape Written => Step is not null && Shape.RopeScaling.Kind == RopeScalingKind.Dynamic
        ? Shape with { RopeTheta = Shape.Rotary.BaseOf(Longest), RopeScaling = RopeScaling.None }
        : Shape;

    /// <summary>Sequence length that the model was trained with; with a dynamic base, that before it was
    /// extended.</summary>
    public int Positions => _weights.Positions;

    /// <summary>True where adapters are added to the weights when these are read.</summary>
    public bool IsAdapted => AdaptedTensors.IsAt(Folder);

    /// <summary>The longest sequence that it is for: more, where its positions stretch with the length.</summary>
    public int Longest => _weights.Longest;

    /// <summary>How the matrices are packed; null where they are plain numbers.</summary>
    public GptqConfig? Packed => _weights.Packed;

    /// <summary>The content of <c>tokenizer.model</c>.</summary>
    public byte[] Tokenizer { get; }

    /// <summary>Null where the model continues texts and holds no conversations.</summary>
    public string? ChatTemplate { get; private init; }

    /// <summary>The run that the checkpoint is of; null for another folder.</summary>
    public RunFolder? Run { get; private init; }

    /// <summary>Problems of newer checkpoints than the one that is taken.</summary>
    public IReadOnlyList<Problem> PassedOver { get; private init; } = [];

    /// <summary>Updates done; null where the folder does not say.</summary>
    public long? Step => CheckpointFolder.TryOpen(Folder)?.Step;

    /// <summary>Opens a run's folder, a checkpoint's, or that of a Hugging Face model.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="at">Which checkpoint of a run, as <see cref="CheckpointChoice"/> reads it.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with the folder.</exception>
    public static ExportSource Open(string path, string at)
    {
        var run = File.Exists(new RunFolder(path).ConfigurationPath) ? RunFolder.Open(path) : default;
        if (run.Folder is null)
        {
            CheckpointChoice.RequireNone(path, at);
            return OpenFolder(path, null, []);
        }
        var (checkpoint, passedOver) = CheckpointChoice.FindCollective(
            new LoopbackCommunicator(), run.Folder, run.Options.Name, at);
        return OpenFolder(checkpoint.Path, run.Folder, passedOver);
    }

    /// <summary>SHA-256 of the tokenizer's model file, lower-case hex.</summary>
    public string TokenizerHash =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Tokenizer));

    /// <summary>Name and SHA-256 of all files that decide the weights.</summary>
    internal string Hashes => _weights.Hashes;

    /// <summary>A parameter of <see cref="Shape"/> that is stored as plain numbers.</summary>
    internal StoredTensor Tensor(string name) => _weights.Plain(name);

    /// <summary>A matrix that is stored in four bits; null where it is stored as plain numbers.</summary>
    internal GptqMatrix? Matrix(ParameterSpec spec) => _weights.Matrix(spec);

    private static ExportSource OpenFolder(string folder, RunFolder? run, IReadOnlyList<Problem> passedOver)
    {
        var tokenizer = Path.Combine(folder, TokenizerFile);
        var problems = new ProblemCollector();
        var weights = problems.Try(() => FolderWeights.Open(folder));
        problems.Require(
            weights is null || File.Exists(tokenizer), tokenizer, "the SentencePiece model of the tokenizer",
            "no such file", "fetch the whole folder again; a folder with tokenizer.json alone cannot be taken");
        problems.ThrowIfAny();
        var model = Data.Tokenization.Tokenizer.ReadModel(tokenizer);
        RequirePieces(tokenizer, model, weights!.Shape);
        return new ExportSource(run?.Name ?? new RunFolder(folder).Name, folder, weights, model)
        {
            ChatTemplate = TemplateOf(folder),
            Run = run,
            PassedOver = passedOver,
        };
    }

    /// <exception cref="ConfigurationException">The matrices are packed.</exception>
    public void RequirePlain()
    {
        if (Packed is not null)
        {
            throw new ConfigurationException([new Problem(
                Path.Combine(Folder, "config.json"), "a model whose weights are not quantized",
                $"{GptqConfig.Key}: it is quantized already", "name the run or the folder that it was made from")]);
        }
    }

    /// <summary>Refuses a model that sees, where a format or a method has no place for its encoder.</summary>
    /// <param name="what">What is done with the model.</param>
    /// <exception cref="ConfigurationException">The model has an image encoder.</exception>
    public void RequireTextsAlone(string what)
    {
        if (Shape.Vision is not null)
        {
            throw new ConfigurationException([new Problem(
                Path.Combine(Folder, "config.json"), $"a model of texts alone, for {what}", "one with an image encoder",
                "take `minicpm export --to hf`, which keeps all of it")]);
        }
    }

    private static void RequirePieces(string path, byte[] model, ModelShape shape)
    {
        // Loaded once: what SentencePiece cannot read is refused with its reasons.
        using var tokenizer = Data.Tokenization.Tokenizer.Load(path);
        var table = SentencePieceTable.Read(model);
        var problems = new ProblemCollector();
        problems.Require(
            table.Pieces.Count <= shape.VocabularySize, path,
            $"at most {shape.VocabularySize} pieces, as many as the embedding has rows", $"{table.Pieces.Count}",
            "put the model's own tokenizer beside it");
        problems.ThrowIfAny();
    }

    private static string? TemplateOf(string folder)
    {
        var path = Path.Combine(folder, HuggingFaceCompanions.TokenizerName);
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(InputFile.ReadText(path));
            return document.RootElement.TryGetProperty("chat_template", out var template)
                && template.ValueKind == JsonValueKind.String
                ? template.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ConfigurationException([new Problem(
                path, "the configuration of a tokenizer", $"something else ({exception.Message})",
                "fetch it again")]);
        }
    }
}
