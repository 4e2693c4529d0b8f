using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>The model of a run's checkpoint with its tokenizer, for evaluation and generation.</summary>
public sealed class TrainedModel : IDisposable
{
    private readonly RunOptions _options;
    private readonly string _checkpoint;
    private readonly MiniCpmForCausalLM _model;
    private readonly FlatParameters _parameters;
    private readonly Tokenizer _tokenizer;

    private TrainedModel(
        RunFolder folder, RunOptions options, CheckpointFolder checkpoint, IReadOnlyList<Problem> passedOver)
    {
        (Folder, PassedOver) = (folder, passedOver);
        (_checkpoint, Step) = (checkpoint.Path, checkpoint.Step);
        _options = options;
        Hash = HashOf(checkpoint);
        _tokenizer = Tokenizer.Load(Path.Combine(checkpoint.Path, "tokenizer.model"));
        _model = new MiniCpmForCausalLM(options.Model.Shape, kernels: options.Kernels);
        _parameters = FlatParameters.BindFrozen(_model);
        CheckpointLoader.LoadModel(checkpoint, _parameters);
    }

    public RunFolder Folder { get; }

    /// <summary>SHA-256 over the hashes of weights, dimensions and tokenizer, lower-case hex.</summary>
    public string Hash { get; }

    /// <summary>Positions that the model was trained with, and sees at most.</summary>
    public int Window => _options.Data.SequenceLength;

    public long Step { get; }

    /// <summary>Problems of newer checkpoints than this one; known to rank 0.</summary>
    public IReadOnlyList<Problem> PassedOver { get; }

    /// <summary>Loads a checkpoint of a run.</summary>
    /// <param name="runFolder">The run.</param>
    /// <param name="at">Which one, as <see cref="CheckpointChoice"/> reads it.</param>
    /// <param name="communicator">The world.</param>
    public static TrainedModel LoadCollective(string runFolder, string at, ICommunicator communicator)
    {
        var (folder, options) = RunFolder.Open(runFolder);
        var (checkpoint, passedOver) = CheckpointChoice.FindCollective(communicator, folder, options.Name, at);
        return new TrainedModel(folder, options, checkpoint, passedOver);
    }

    /// <summary>
    /// Says what a prompt asks for that the model has not been trained for; null where there is nothing to say.
    /// </summary>
    public string? NoteOn(string prompt)
    {
        var (count, window) = (1 + _tokenizer.Encode(prompt).Length, _options.Data.SequenceLength);
        return count <= window
            ? null
            : $"the prompt has {count} tokens, and the model was trained with sequences of {window}: it sees the last "
                + $"{window}";
    }

    /// <summary>Continues a prompt; see <see cref="TextGenerator"/>.</summary>
    /// <exception cref="SpoiltModelException">The model gives values that are not finite.</exception>
    public IEnumerable<string> Continue(string prompt, GenerationOptions generation) =>
        new TextGenerator(_model, _tokenizer, _options.Data.SequenceLength, _checkpoint).Continue(prompt, generation);

    /// <summary>A scorer of options; the caller owns it.</summary>
    /// <param name="batchTokens">Positions that go through the model together.</param>
    /// <param name="window">Positions that the model sees at most, where not those it was trained with.</param>
    public LikelihoodScorer NewScorer(int batchTokens, int? window = null) =>
        new(_model, _tokenizer, window ?? Window, batchTokens, _checkpoint);

    /// <summary>Writes answers; the caller owns it.</summary>
    /// <param name="window">As <see cref="NewScorer"/> takes it.</param>
    public GreedyAnswerer NewAnswerer(int? window = null) => new(_model, _tokenizer, window ?? Window, _checkpoint);

    /// <summary>The loss of texts; it lives as long as this object.</summary>
    public TextEvaluation Texts => new(_model, _tokenizer, Window, _checkpoint);

    /// <summary>The message for losses of this model that are not finite; null where all are finite.</summary>
    public SpoiltModelException? Spoilt(IReadOnlyList<SourceLoss> losses) =>
        losses.FirstOrDefault(loss => !double.IsFinite(loss.Loss)) is { } none
            ? new SpoiltModelException(
                _checkpoint,
                string.Create(CultureInfo.InvariantCulture, $"a held-out loss of {none.Loss} on {none.Source}"))
            : null;

    /// <summary>Held-out loss of each source, and the number of sequences that were read.</summary>
    public (IReadOnlyList<SourceLoss> Losses, long Sequences) HeldOutLossesCollective(
        ICommunicator communicator, int? sequences)
    {
        var problems = new ProblemCollector();
        var sources = SourceChecks.Open(_options, problems);
        try
        {
            problems.ThrowIfAny();
            var evaluation = new HeldOutEvaluation(
                _model,
                RunObjective.PreTraining,
                [.. sources.Select(source => (source.Name, source.HeldOut))],
                _options.Parallel.MicroBatch,
                sequences ?? _options.Data.EvaluateSequences);
            if (evaluation.Sequences == 0)
            {
                throw new ConfigurationException([new Problem(
                    $"{Folder.Path}, data", "a source with held-out text to evaluate on", "none",
                    "name with `held_out`, in the run's configuration, a folder that holds something out")]);
            }
            return (evaluation.LossesCollective(communicator), evaluation.Sequences);
        }
        finally
        {
            foreach (var source in sources)
                source.Dispose();
        }
    }

    private static string HashOf(CheckpointFolder checkpoint)
    {
        var manifest = CheckpointManifest.Read(InputFile.ReadText(checkpoint.ManifestPath), checkpoint.ManifestPath);
        var files = manifest.Files
            .Where(file => file.Name is "tokenizer.model" or "config.json"
                || file.Name.StartsWith("model", StringComparison.Ordinal))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => $"{file.Name} {file.Sha256}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files))));
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _model.Dispose();
        _tokenizer.Dispose();
    }
}
