using System.Globalization;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Chat;
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
        _tokenizer = Tokenizer.Load(Path.Combine(checkpoint.Path, "tokenizer.model"));
        _model = new MiniCpmForCausalLM(options.Model.Shape, kernels: options.Kernels);
        _parameters = FlatParameters.BindFrozen(_model);
        CheckpointLoader.LoadModel(checkpoint, _parameters);
    }

    public RunFolder Folder { get; }

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

    /// <summary>The template that the run's conversations were written with; null where it had none.</summary>
    public ChatTemplate? Template => ChatTemplates.Of(_options.Data.Sources[0].Path);

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
        var (encoder, window) = (new ConversationEncoder(_tokenizer), _options.Data.SequenceLength);
        var kept = ChatHistory.Fit(
            conversation, Math.Max(1, window - generation.MaxTokens),
            asked => encoder.Encode(template.Ask(asked)).Ids.Length);
        return new TextGenerator(_model, _tokenizer, window, _checkpoint).Continue(
            encoder.Encode(template.Ask(kept)).Ids,
            generation with { Stops = [.. generation.Stops, template.AnswerEnd] });
    }

    /// <summary>The message for losses of this model that are not finite; null where all are finite.</summary>
    public SpoiltModelException? Spoilt(IReadOnlyList<SourceLoss> losses) =>
        losses.FirstOrDefault(loss => !double.IsFinite(loss.Loss)) is { } none
            ? new SpoiltModelException(
                _checkpoint,
                string.Create(CultureInfo.InvariantCulture, $"a held-out loss of {none.Loss} on {none.Source}"))
            : null;

    /// <summary>Held-out loss of each source, and the number of sequences that were read.</summary>
    /// <param name="communicator">The world.</param>
    /// <param name="sequences">How many to read of each source; null for as many as the run reads.</param>
    /// <param name="of">The run whose held-out text is read; null for the model's own.</param>
    public (IReadOnlyList<SourceLoss> Losses, long Sequences) HeldOutLossesCollective(
        ICommunicator communicator, int? sequences, RunOptions? of = null)
    {
        var problems = new ProblemCollector();
        var read = of ?? _options;
        problems.Require(
            read.Alignment.Method != AlignmentMethod.Dpo, Folder.Path, "held-out text",
            "pairs of answers, whose loss needs the reference",
            "name a run of text with --on; metrics.jsonl has the run's own held-out losses");
        var sources = SourceChecks.Open(_options with { Data = read.Data }, problems);
        foreach (var source in sources)
        {
            problems.Require(
                source.HeldOut.TokenizerHash == _tokenizer.Hash, source.Options.HeldOut,
                "data of the model's tokenizer", "another tokenizer", "name a run with --on that has the same one");
        }
        try
        {
            problems.ThrowIfAny();
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

    public void Dispose()
    {
        _parameters.Dispose();
        _model.Dispose();
        _tokenizer.Dispose();
    }
}
