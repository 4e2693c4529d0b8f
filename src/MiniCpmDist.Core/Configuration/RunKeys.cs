using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Every key of a run file: which may change when a run is resumed, and why.</summary>
public static class RunKeys
{
    private const string Shape = "it is the shape of the weights";
    private const string Forward = "it decides what the model computes";
    private const string Order = "it decides which tokens are in which step";
    private const string Update = "it decides the updates, and the moments were made with it";
    private const string Sums = "it decides the order of sums, and so the bits";
    private const string Later = "it decides only steps that are still to come; they follow the new value";
    private const string Watching = "it watches or saves and reaches no bit";
    private const string Faults = "it decides what is done about a fault, from then on";
    private const string Machine = "it is another machine: bits are compared on one, and the journal says which it was";
    private const string Memory = "it decides memory and time, and no bit";
    private const string StartOnly = "it is read only where a run begins; a checkpoint has what it led to";
    private const string Sources = "sources are held by name to the tokens that they had, wherever these lie";

    /// <summary>In the order of the run file.</summary>
    public static IReadOnlyList<RunKey> All { get; } =
    [
        new("name", IsFixed: true, "the run's checkpoints carry it"),
        Fixed("seed", Order, options => options.Seed),
        Free("model.preset", "the dimensions below it say the same"),
        Fixed("model.hidden_size", Shape, options => options.Model.Shape.HiddenSize),
        Fixed("model.intermediate_size", Shape, options => options.Model.Shape.IntermediateSize),
        Fixed("model.num_hidden_layers", Shape, options => options.Model.Shape.Layers),
        Fixed("model.num_attention_heads", Shape, options => options.Model.Shape.Heads),
        Fixed("model.num_key_value_heads", Shape, options => options.Model.Shape.KeyValueHeads),
        Fixed("model.head_dim", Shape, options => options.Model.Shape.HeadDim),
        Fixed("model.vocab_size", Shape, options => options.Model.Shape.VocabularySize),
        Fixed("model.scale_emb", Forward, options => options.Model.Shape.ScaleEmb),
        Fixed("model.scale_depth", Forward, options => options.Model.Shape.ScaleDepth),
        Fixed("model.dim_model_base", Forward, options => options.Model.Shape.DimModelBase),
        Fixed("model.rms_norm_eps", Forward, options => options.Model.Shape.RmsNormEps),
        Fixed("model.rope_theta", Forward, options => options.Model.Shape.RopeTheta),
        Free("model.init_std", StartOnly),
        Fixed("model.tie_word_embeddings", Shape, options => options.Model.Shape.TieWordEmbeddings),
        Free("data.sources.*.path", Sources),
        Free("data.sources.*.held_out", Watching),
        Free("data.sources.*.stable", Later),
        Free("data.sources.*.decay", Later),
        Free("data.sources.*.when_exhausted", Later),
        Fixed("data.sequence_length", Order, options => options.Data.SequenceLength),
        Free("data.evaluate_every", Watching),
        Free("data.evaluate_sequences", Watching),
        Fixed("schedule.shape", Update, options => options.Schedule.Shape),
        Free("schedule.learning_rate", Later),
        Fixed("schedule.warmup", Update, options => options.Schedule.Warmup),
        Free("schedule.stable", Later),
        Free("schedule.decay", Later),
        Free("schedule.decay_shape", Later),
        Free("schedule.half_life", Later),
        Free("schedule.final_ratio", Later),
        Free("schedule.token_batch", Later),
        Free("schedule.batch_stages", Later),
        Free("schedule.batch_law", Later),
        Fixed("optimizer.beta1", Update, options => options.Optimizer.Beta1),
        Fixed("optimizer.beta2", Update, options => options.Optimizer.Beta2),
        Fixed("optimizer.epsilon", Update, options => options.Optimizer.Epsilon),
        Fixed("optimizer.weight_decay", Update, options => options.Optimizer.WeightDecay),
        Fixed("optimizer.clip_norm", Update, options => options.Optimizer.ClipNorm),
        Fixed("parallel.lanes", Sums, options => options.Parallel.Lanes),
        Fixed("parallel.micro_batch", Sums, options => options.Parallel.MicroBatch),
        Fixed("parallel.threads_per_rank", Sums, options => options.Parallel.ThreadsPerRank),
        Fixed("parallel.reduction", Sums, options => ParallelWords.Of(options.Parallel.Reduction)) with
        {
            Earlier = ParallelWords.Of(ReductionOrder.Lanes),
        },
        Fixed("parallel.shard_gradients", Sums, options => YamlScalar.Of(options.Parallel.ShardGradients)) with
        {
            Earlier = YamlScalar.Of(false),
        },
        Free("parallel.activation_checkpointing", Memory),
        Free("device", Machine),
        Fixed("precision", Forward, options => ParallelWords.Of(options.Precision)) with
        {
            Earlier = ParallelWords.Of(Precision.Float32),
        },
        Fixed("kernels", Sums, options => KernelWords.Of(options.Kernels)) with
        {
            Earlier = KernelWords.Of(KernelSet.Plain),
        },
        Free("checkpoint.every", Watching),
        Free("checkpoint.every_time", Watching),
        Free("checkpoint.at_phase_ends", Watching),
        Free("checkpoint.keep", Watching),
        Free("checkpoint.keep.last", Watching),
        Free("checkpoint.keep.every", Watching),
        Free("checkpoint.keep.phase_ends", Watching),
        Free("recovery.skipped_steps", Faults),
        Free("recovery.spike", Faults),
        Free("recovery.spike_window", Faults),
        Free("recovery.rollbacks", Faults),
        Free("recovery.compare_every", Faults),
        Free("recovery.hang_after", Faults),
        Free("recovery.retries", Faults),
        Free("recovery.retry_after", Faults),
        Free("branches.every", Watching),
        Free("branches.decay", Watching),
        Free("branches.launch", Watching),
        Free("branches.ranks", Watching),
        Free("coordinator.address", Watching),
        Free("coordinator.http", Watching),
        Free("coordinator.hosts", Watching),
        Free("coordinator.certificate", Watching),
        Free("coordinator.key", Watching),
        Free("coordinator.tokens", Watching),
        Free("coordinator.insecure", Watching),
        Free("coordinator.join", Watching),
        Free("coordinator.token_file", Watching),
        Free("coordinator.certificate_authorities", Watching),
        Free("telemetry.metrics_port", Watching),
        Free("telemetry.metrics_address", Watching),
        Free("telemetry.peak_flops_per_second", Watching),
        Free("telemetry.otlp_endpoint", Watching),
        Free("telemetry.traces", Watching),
        Free("telemetry.log", Watching),
        Free("init_from", StartOnly),
        Free("parent.run", StartOnly),
        Free("parent.step", StartOnly),
    ];

    /// <summary>The entry of a key as a run file spells it.</summary>
    /// <exception cref="KeyNotFoundException">The table does not have it.</exception>
    public static RunKey Find(string key)
    {
        const string Source = "data.sources.";
        var name = key.StartsWith(Source, StringComparison.Ordinal) ? $"{Source}*{key[key.LastIndexOf('.')..]}" : key;
        return All.FirstOrDefault(entry => entry.Name == name)
            ?? throw new KeyNotFoundException($"Expected a key of {nameof(RunKeys)}, found {key}.");
    }

    private static RunKey Fixed(string name, string reason, Func<RunOptions, object> value) =>
        new(name, IsFixed: true, reason, value);

    private static RunKey Free(string name, string reason) => new(name, IsFixed: false, reason);
}
