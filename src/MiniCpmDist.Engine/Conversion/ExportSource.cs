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
    private const string ConfigName = "config.json";
    private const string TokenizerFile = "tokenizer.model";
    private readonly PretrainedWeights _weights;

    private ExportSource(string name, PretrainedWeights weights, byte[] tokenizer) =>
        (Name, _weights, Tokenizer) = (name, weights, tokenizer);

    /// <summary>Of the run, or of the folder.</summary>
    public string Name { get; }

    /// <summary>The Hugging Face folder.</summary>
    public string Folder => _weights.Folder;

    public required ModelShape Shape { get; init; }

    /// <summary>Sequence length that the model was trained with.</summary>
    public required int Positions { get; init; }

    /// <summary>The content of <c>tokenizer.model</c>.</summary>
    public byte[] Tokenizer { get; }

    /// <summary>Null where the model continues texts and holds no conversations.</summary>
    public string? ChatTemplate { get; private init; }

    /// <summary>The run that the checkpoint is of; null for another folder.</summary>
    public RunFolder? Run { get; private init; }

    /// <summary>Problems of newer checkpoints than the one that is taken.</summary>
    public IReadOnlyList<Problem> PassedOver { get; private init; } = [];

    /// <summary>How the weights are stored, such as <c>F32</c>.</summary>
    public string Types => _weights.Types;

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
            return OpenFolder(path, null, []);
        var (checkpoint, passedOver) = CheckpointChoice.FindCollective(
            new LoopbackCommunicator(), run.Folder, run.Options.Name, at);
        return OpenFolder(checkpoint.Path, run.Folder, passedOver);
    }

    /// <summary>SHA-256 of the tokenizer's model file, lower-case hex.</summary>
    public string TokenizerHash =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Tokenizer));

    /// <summary>Where the weights come from, with the hashes of all files.</summary>
    public Runs.Journal.ImportedWeights Describe() => _weights.Describe();

    /// <summary>A parameter of <see cref="Shape"/>.</summary>
    internal StoredTensor Tensor(string name) => _weights.Tensors[name];

    private static ExportSource OpenFolder(string folder, RunFolder? run, IReadOnlyList<Problem> passedOver)
    {
        var config = Path.Combine(folder, ConfigName);
        var tokenizer = Path.Combine(folder, TokenizerFile);
        var problems = new ProblemCollector();
        if (File.Exists(config))
        {
            problems.Require(
                File.Exists(tokenizer), tokenizer, "the SentencePiece model of the tokenizer", "no such file",
                "fetch the whole folder again; a folder with tokenizer.json alone cannot be taken");
            problems.Try(() => RequireUnquantized(config));
        }
        problems.ThrowIfAny();
        var json = File.Exists(config) ? InputFile.ReadText(config) : "";
        var shape = json.Length > 0 ? HuggingFaceConfig.Read(json) : s_any;
        var weights = PretrainedWeights.Open(folder, shape, tokenizerHash: null);
        var model = Data.Tokenization.Tokenizer.ReadModel(tokenizer);
        RequirePieces(tokenizer, model, shape);
        return new ExportSource(run?.Name ?? new RunFolder(folder).Name, weights, model)
        {
            Shape = shape,
            Positions = HuggingFaceConfig.Positions(json),
            ChatTemplate = TemplateOf(folder),
            Run = run,
            PassedOver = passedOver,
        };
    }

    // For a folder without config.json, which PretrainedWeights refuses before it looks at the shape.
    private static readonly ModelShape s_any = new()
    {
        HiddenSize = 1,
        IntermediateSize = 1,
        Layers = 1,
        Heads = 1,
        KeyValueHeads = 1,
        HeadDim = 1,
        VocabularySize = 1,
    };

    private static bool RequireUnquantized(string config) =>
        HuggingFaceConfig.IsQuantized(InputFile.ReadText(config))
            ? throw new ConfigurationException([new Problem(
                config, "a model whose weights are not quantized", "quantization_config: it is quantized already",
                "name the run or the folder that it was made from")])
            : true;

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
