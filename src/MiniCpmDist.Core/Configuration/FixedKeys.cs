using System.Globalization;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The keys that cannot change within a run or between a trunk and its branch: they decide the bits.</summary>
/// <remarks>
/// What may change is not here: lengths of the stable and decay phases, the learning rate, the token batch, and
/// everything that only watches or saves.
/// </remarks>
public static class FixedKeys
{
    /// <summary>Key and value, in the order of the run file.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(RunOptions options)
    {
        var model = options.Model.Shape;
        var (optimizer, parallel) = (options.Optimizer, options.Parallel);
        return
        [
            Entry("seed", options.Seed),
            Entry("model.hidden_size", model.HiddenSize),
            Entry("model.intermediate_size", model.IntermediateSize),
            Entry("model.num_hidden_layers", model.Layers),
            Entry("model.num_attention_heads", model.Heads),
            Entry("model.num_key_value_heads", model.KeyValueHeads),
            Entry("model.head_dim", model.HeadDim),
            Entry("model.vocab_size", model.VocabularySize),
            Entry("model.scale_emb", model.ScaleEmb),
            Entry("model.scale_depth", model.ScaleDepth),
            Entry("model.dim_model_base", model.DimModelBase),
            Entry("model.rms_norm_eps", model.RmsNormEps),
            Entry("model.rope_theta", model.RopeTheta),
            Entry("model.tie_word_embeddings", model.TieWordEmbeddings),
            Entry("data.sequence_length", options.Data.SequenceLength),
            Entry("schedule.shape", options.Schedule.Shape),
            Entry("schedule.warmup", options.Schedule.Warmup),
            Entry("optimizer.beta1", optimizer.Beta1),
            Entry("optimizer.beta2", optimizer.Beta2),
            Entry("optimizer.epsilon", optimizer.Epsilon),
            Entry("optimizer.weight_decay", optimizer.WeightDecay),
            Entry("optimizer.clip_norm", optimizer.ClipNorm),
            Entry("parallel.lanes", parallel.Lanes),
            Entry("parallel.micro_batch", parallel.MicroBatch),
            Entry("parallel.threads_per_rank", parallel.ThreadsPerRank),
        ];
    }

    private static KeyValuePair<string, string> Entry<T>(string key, T value) =>
        new(key, Convert.ToString(value, CultureInfo.InvariantCulture)!);
}
