using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Runs;
using MiniCpmDist.Engine.Steps;
using MiniCpmDist.Engine.Tokenization;
using MiniCpmDist.Engine.Training;

namespace MiniCpmDist.Engine.Inference;

/// <summary>The model of a run's newest checkpoint with its tokenizer, for evaluation and generation.</summary>
public sealed class TrainedModel : IDisposable
{
    private readonly RunOptions _options;
    private readonly MiniCpmForCausalLM _model;
    private readonly FlatParameters _parameters;
    private readonly Tokenizer _tokenizer;

    private TrainedModel(RunFolder folder, RunOptions options, CheckpointFolder checkpoint)
    {
        Folder = folder;
        Step = checkpoint.Step;
        _options = options;
        _tokenizer = Tokenizer.Load(Path.Combine(checkpoint.Path, "tokenizer.model"));
        _model = new MiniCpmForCausalLM(options.Model.Shape, kernels: options.Kernels);
        _parameters = FlatParameters.BindFrozen(_model);
        CheckpointReader.LoadModel(checkpoint, _parameters);
    }

    public RunFolder Folder { get; }

    public long Step { get; }

    /// <summary>Loads the newest committed checkpoint of a run.</summary>
    public static TrainedModel Load(string runFolder)
    {
        var (folder, options) = RunFolder.Open(runFolder);
        var checkpoint = folder.NewestCheckpoint ?? throw new ConfigurationException([new Fault(
            folder.CheckpointsPath, "a committed checkpoint", "none", $"train first: `minicpm resume {runFolder}`")]);
        CheckpointReader.Verify(checkpoint);
        return new TrainedModel(folder, options, checkpoint);
    }

    /// <summary>Continues a prompt; see <see cref="TextGenerator"/>.</summary>
    public IEnumerable<string> Continue(string prompt, GenerationOptions generation) =>
        new TextGenerator(_model, _tokenizer, _options.Data.SequenceLength).Continue(prompt, generation);

    /// <summary>Held-out loss of each source, and the number of sequences that were read.</summary>
    public (IReadOnlyList<SourceLoss> Losses, long Sequences) HeldOutLossesCollective(
        ICommunicator communicator, int? sequences)
    {
        var faults = new FaultCollector();
        var sources = SourceChecks.Open(_options, faults);
        try
        {
            faults.ThrowIfAny();
            var evaluation = new HeldOutEvaluation(
                _model,
                [.. sources.Select(source => (source.Name, source.HeldOut))],
                _options.Parallel.MicroBatch,
                sequences ?? _options.Data.EvaluateSequences);
            if (evaluation.Sequences == 0)
            {
                throw new ConfigurationException([new Fault(
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
