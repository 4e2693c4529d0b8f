using System.Globalization;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>The model of a run's checkpoint with its tokenizer, for evaluation and generation.</summary>
public sealed partial class TrainedModel : IAskedModel, IDisposable
{
    private readonly RunOptions _options;
    private readonly string _checkpoint;
    private readonly MiniCpmForCausalLM _model;
    private readonly FlatParameters? _parameters;
    private readonly Tokenizer _tokenizer;
    private readonly Lazy<string> _hash;

    private TrainedModel(
        RunFolder folder, RunOptions options, int window, string weights, Action<FlatParameters> load)
    {
        (Folder, _checkpoint, _options, Window) = (folder, weights, options, window);
        _hash = new Lazy<string>(() => ModelHash.Of(weights));
        _tokenizer = Tokenizer.Load(Path.Combine(weights, "tokenizer.model"));
        _model = new MiniCpmForCausalLM(
            options.Model.Shape, kernels: options.Kernels, window: window);
        _parameters = FlatParameters.BindFrozen(_model);
        load(_parameters);
    }

    private TrainedModel(RunFolder folder, RunOptions options, FolderWeights packed)
    {
        (Folder, _checkpoint, _options, Window) = (folder, folder.Path, options, packed.Positions);
        _hash = new Lazy<string>(() => ModelHash.Of(folder.Path));
        _tokenizer = Tokenizer.Load(Path.Combine(folder.Path, "tokenizer.model"));
        _model = new MiniCpmForCausalLM(options.Model.Shape, window: packed.Positions);
        packed.LoadPacked(_model);
    }

    public RunFolder Folder { get; }

    /// <summary>Updates done; 0 for a folder that is no run's.</summary>
    public long Step { get; private init; }

    /// <summary>SHA-256 over the hashes of weights, dimensions and tokenizer, lower-case hex.</summary>
    public string Hash => _hash.Value;

    /// <summary>Positions that the model was trained with, and sees at most.</summary>
    public int Window { get; }

    /// <summary>Problems of newer checkpoints than this one; known to rank 0.</summary>
    public IReadOnlyList<Problem> PassedOver { get; private init; } = [];

    /// <summary>Loads a checkpoint of a run, or the weights of a Hugging Face folder, plain or packed.</summary>
    /// <param name="path">The run, or the folder.</param>
    /// <param name="at">Which checkpoint of a run, as <see cref="CheckpointChoice"/> reads it.</param>
    /// <param name="communicator">The world.</param>
    /// <param name="data">A data folder to evaluate on in place of the run's own; null for these.</param>
    /// <param name="keepsPacked">True where packed matrices stay so: the better choice for a few rows at once.</param>
    public static TrainedModel LoadCollective(
        string path, string at, ICommunicator communicator, string? data = null, bool keepsPacked = false)
    {
        if (!File.Exists(new RunFolder(path).ConfigurationPath) && File.Exists(Path.Combine(path, "config.json")))
        {
            CheckpointChoice.RequireNone(path, at);
            return LoadFolder(path, data, keepsPacked);
        }
        var (folder, options) = RunFolder.Open(path);
        var (checkpoint, passedOver) = CheckpointChoice.FindCollective(communicator, folder, options.Name, at);
        // Other data may be in shorter or longer sequences than the run's own.
        var length = data is null ? options.Data.SequenceLength : DataManifest.Read(data).SequenceLength;
        var evaluated = data is null
            ? options
            : options with
            {
                Data = options.Data with
                {
                    Sources = [Source(data)],
                    SequenceLength = length,
                },
                // As many tokens at once as the run has.
                Parallel = options.Parallel with { MicroBatch = BranchOptions.MicroBatchOf(options, length) },
            };
        return new TrainedModel(
            folder, evaluated, options.Data.SequenceLength, checkpoint.Path,
            parameters => CheckpointWeights.Load(checkpoint, options.Model.Shape, parameters))
        {
            Step = checkpoint.Step,
            PassedOver = passedOver,
        };
    }

    private static TrainedModel LoadFolder(string path, string? data, bool keepsPacked)
    {
        var weights = FolderWeights.Open(path);
        var folder = new RunFolder(path);
        var options = new RunOptions
        {
            Name = folder.Name,
            Model = new ModelOptions(null, weights.Shape),
            Data = new DataOptions
            {
                Sources = data is null ? [] : [Source(data)],
                SequenceLength = data is null ? weights.Positions : DataManifest.Read(data).SequenceLength,
            },
            // Nothing is trained: a model folder has no schedule.
            Schedule = new ScheduleOptions { TokenBatch = weights.Positions },
        };
        return keepsPacked && weights.Packed is not null
            ? new TrainedModel(folder, options, weights)
            : new TrainedModel(folder, options, weights.Positions, path, weights.Load);
    }

    private static SourceOptions Source(string data) => new()
    {
        Name = new RunFolder(data).Name,
        Path = data,
        HeldOut = data,
    };

    /// <summary>
    /// Says what a prompt asks for that the model has not been trained for; null where there is nothing to say.
    /// </summary>
    public string? NoteOn(string prompt)
    {
        var (count, window) = (1 + _tokenizer.Encode(prompt).Length, Window);
        return count <= window
            ? null
            : $"the prompt has {count} tokens, and the model was trained with sequences of {window}: it sees the last "
                + $"{window}";
    }

    /// <summary>Continues a prompt; see <see cref="TextGenerator"/>.</summary>
    /// <exception cref="SpoiltModelException">The model gives values that are not finite.</exception>
    public IEnumerable<string> Continue(string prompt, GenerationOptions generation) =>
        new TextGenerator(_model, _tokenizer, Window, _checkpoint).Continue(prompt, generation);

    /// <summary>The template that the run's conversations were written with; null where it had none.</summary>
    public ChatTemplate? Template =>
        _options.Data.Sources is [var first, ..] ? ChatTemplates.Of(first.Path) : null;

    /// <summary>Answers the last question of a conversation, of which the window keeps the newest part.</summary>
    /// <param name="template">How the conversation is written.</param>
    /// <param name="conversation">Ends with a question.</param>
    /// <param name="generation">How the answer is picked; the template says where it ends.</param>
    /// <exception cref="SpoiltModelException">The model gives values that are not finite.</exception>
    public IEnumerable<string> Answer(
        ChatTemplate template, Conversation conversation, GenerationOptions generation)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(generation);
        var (encoder, window) = (new ConversationEncoder(_tokenizer), Window);
        var kept = ChatHistory.Fit(
            conversation, Math.Max(1, window - generation.MaxTokens),
            asked => encoder.Encode(template.Ask(asked)).Ids.Length);
        return new TextGenerator(_model, _tokenizer, window, _checkpoint).Continue(
            encoder.Encode(template.Ask(kept)).Ids,
            generation with { Stops = [.. generation.Stops, template.AnswerEnd] });
    }

    /// <inheritdoc/>
    public LikelihoodScorer NewScorer(int batchTokens, int? window = null) =>
        new(_model, _tokenizer, window ?? Window, batchTokens, _checkpoint);

    /// <inheritdoc/>
    public PromptAnswerer NewAnswerer(int? window = null) => new(_model, _tokenizer, window ?? Window, _checkpoint);

    /// <summary>The loss of texts; it lives as long as this object.</summary>
    public TextEvaluation Texts => new(_model, _tokenizer, Window, _checkpoint);

    /// <summary>Questions about what stands far back; it lives as long as this object.</summary>
    public NeedleEvaluation Needles => new(_model, _tokenizer, _checkpoint);

    /// <summary>The held-out loss by position, over all sources.</summary>
    /// <param name="communicator">The world.</param>
    /// <param name="sequences">How many to read of each source; null for as many as the run reads.</param>
    /// <param name="of">The run whose held-out text is read; null for the model's own.</param>
    public IReadOnlyList<PositionLoss> PositionLossesCollective(
        ICommunicator communicator, int? sequences, RunOptions? of = null)
    {
        var read = of ?? _options;
        var sources = OpenSources(read);
        try
        {
            return new PositionEvaluation(
                _model,
                [.. sources.Select(source => source.HeldOut).Where(set => set.SequenceCount > 0)],
                sequences ?? read.Data.EvaluateSequences).LossesCollective(communicator);
        }
        finally
        {
            foreach (var source in sources)
                source.Dispose();
        }
    }

    /// <summary>The message for losses of this model that are not finite; null where all are finite.</summary>
    public SpoiltModelException? Spoilt(IReadOnlyList<SourceLoss> losses) =>
        losses.FirstOrDefault(loss => !double.IsFinite(loss.Loss)) is { } none
            ? new SpoiltModelException(
                _checkpoint,
                string.Create(CultureInfo.InvariantCulture, $"a held-out loss of {none.Loss} on {none.Source}"))
            : null;

    /// <summary>Compares this model with another one over the held-out sequences of this one's sources.</summary>
    /// <param name="reference">Of the same tokenizer.</param>
    /// <param name="sequences">Of each source; null for what the configuration says.</param>
    public ComparisonReport CompareWith(TrainedModel reference, int? sequences)
    {
        var problems = new ProblemCollector();
        problems.Require(
            _tokenizer.Hash == reference._tokenizer.Hash, reference._checkpoint, "a model of the same tokenizer",
            "another tokenizer", "compare models whose texts have the same pieces");
        problems.ThrowIfAny();
        var sources = OpenSources(_options);
        try
        {
            var comparison = new ModelComparison();
            foreach (var data in sources.Select(source => source.HeldOut))
            {
                var count = Math.Min(sequences ?? _options.Data.EvaluateSequences, data.SequenceCount);
                for (var i = 0L; i < count; i++)
                    comparison.Add(_model, reference._model, data, i * data.SequenceCount / count);
            }
            return comparison.Report();
        }
        finally
        {
            foreach (var source in sources)
                source.Dispose();
        }
    }

    /// <summary>Held-out loss of each source, and the number of sequences that were read.</summary>
    /// <param name="communicator">The world.</param>
    /// <param name="sequences">How many to read of each source; null for as many as the run reads.</param>
    /// <param name="of">The run whose held-out text is read; null for the model's own.</param>
    public (IReadOnlyList<SourceLoss> Losses, long Sequences) HeldOutLossesCollective(
        ICommunicator communicator, int? sequences, RunOptions? of = null)
    {
        var read = of ?? _options;
        var sources = OpenSources(read);
        try
        {
            var evaluation = new HeldOutEvaluation(
                _model,
                RunObjective.PreTraining,
                [.. sources.Select(source => (source.Name, source.HeldOut))],
                _options.Parallel.MicroBatch,
                sequences ?? read.Data.EvaluateSequences);
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

    private IReadOnlyList<SourceData> OpenSources(RunOptions read)
    {
        var problems = new ProblemCollector();
        problems.Require(
            read.Data.Sources.Count > 0, Folder.Path, "data to evaluate on", "a model folder, which names none",
            "add --on and a run, or a folder that `minicpm data build` made");
        problems.Require(
            read.Alignment.Method != AlignmentMethod.Dpo, Folder.Path, "held-out text",
            "pairs of answers, whose loss needs the reference",
            "name a run of text with --on; metrics.jsonl has the run's own held-out losses");
        problems.ThrowIfAny();
        var sources = SourceChecks.Open(_options with { Data = read.Data }, problems);
        foreach (var source in sources)
        {
            problems.Require(
                source.HeldOut.TokenizerHash == _tokenizer.Hash, source.Options.HeldOut,
                "data of the model's tokenizer", "another tokenizer", "name with --on what has the same one");
        }
        foreach (var source in problems.Any ? sources : [])
            source.Dispose();
        problems.ThrowIfAny();
        return sources;
    }

    public void Dispose()
    {
        _parameters?.Dispose();
        _model.Dispose();
        _tokenizer.Dispose();
    }
}
