using System.Text.Json;
using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.PlainPeer;

/// <summary>What a rank trains, as tests/bench/settings.py names it.</summary>
internal sealed record PeerSettings(
    ModelShape Shape, int MicroBatch, int Steps, string Data, ScalarType Precision, int Threads, double LearningRate)
{
    public static PeerSettings Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var shape = root.GetProperty("shape");
        return new PeerSettings(
            new ModelShape
            {
                HiddenSize = shape.GetProperty("hidden_size").GetInt32(),
                IntermediateSize = shape.GetProperty("intermediate_size").GetInt32(),
                Layers = shape.GetProperty("num_hidden_layers").GetInt32(),
                Heads = shape.GetProperty("num_attention_heads").GetInt32(),
                KeyValueHeads = shape.GetProperty("num_key_value_heads").GetInt32(),
                HeadDim = shape.GetProperty("head_dim").GetInt32(),
                VocabularySize = shape.GetProperty("vocab_size").GetInt32(),
                DimModelBase = shape.GetProperty("dim_model_base").GetInt32(),
            },
            root.GetProperty("micro_batch").GetInt32(),
            root.GetProperty("steps").GetInt32(),
            root.GetProperty("data").GetString()!,
            root.GetProperty("precision").GetString() == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32,
            root.GetProperty("threads").GetInt32(),
            root.GetProperty("learning_rate").GetDouble());
    }
}
