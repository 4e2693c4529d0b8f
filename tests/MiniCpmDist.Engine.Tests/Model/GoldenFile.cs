using System.Reflection;
using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>The float64 reference's values for one case, with PyTorch's own float32 error beside each tensor.</summary>
public sealed class GoldenFile : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = [];
    private readonly JsonDocument _facts;

    private GoldenFile(string folder, string name)
    {
        _facts = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name + ".json")));
        using var stream = File.OpenRead(Path.Combine(folder, name + ".safetensors"));
        var (entries, dataStart) = SafeTensorsHeader.Read(stream);
        foreach (var entry in entries)
        {
            var bytes = new byte[entry.End - entry.Begin];
            stream.Position = dataStart + entry.Begin;
            stream.ReadExactly(bytes);
            var value = zeros([.. entry.Shape], entry.DType switch
            {
                "F32" => ScalarType.Float32,
                "F64" => ScalarType.Float64,
                "I64" => ScalarType.Int64,
                _ => throw new InvalidDataException($"{entry.Name} is {entry.DType}"),
            });
            value.bytes = bytes;
            _tensors[entry.Name] = value;
        }
    }

    public JsonElement Facts => _facts.RootElement;

    public Tensor this[string name] => _tensors[name];

    public IEnumerable<string> Names => _tensors.Keys;

    public static GoldenFile Open(string name) => new(
        typeof(GoldenFile).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "GoldenFolder").Value!,
        name);

    /// <summary>The model's dimensions and scales, from the names of config.json.</summary>
    public ModelShape Shape
    {
        get
        {
            var model = Facts.GetProperty("model");
            // A model without experts has no word about them.
            double Of(string name) => model.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
            return new ModelShape
            {
                HiddenSize = model.GetProperty("hidden_size").GetInt32(),
                IntermediateSize = model.GetProperty("intermediate_size").GetInt32(),
                Layers = model.GetProperty("num_hidden_layers").GetInt32(),
                Heads = model.GetProperty("num_attention_heads").GetInt32(),
                KeyValueHeads = model.GetProperty("num_key_value_heads").GetInt32(),
                HeadDim = model.GetProperty("head_dim").GetInt32(),
                VocabularySize = model.GetProperty("vocab_size").GetInt32(),
                ScaleEmb = model.GetProperty("scale_emb").GetDouble(),
                ScaleDepth = model.GetProperty("scale_depth").GetDouble(),
                DimModelBase = model.GetProperty("dim_model_base").GetInt32(),
                RmsNormEps = model.GetProperty("rms_norm_eps").GetDouble(),
                RopeTheta = model.GetProperty("rope_theta").GetDouble(),
                RopeScaling = Scaling(model),
                InitStd = model.GetProperty("init_std").GetDouble(),
                TieWordEmbeddings = model.GetProperty("tie_word_embeddings").GetBoolean(),
                Experts = (int)Of("num_experts"),
                ExpertsPerToken = (int)Of("num_experts_per_tok"),
                BalanceLoss = Of("balance_loss"),
                RouterZLoss = Of("router_z_loss"),
            };
        }
    }

    /// <summary>The adapters of the model; null where it has none.</summary>
    public LoraOptions? Lora => Facts.TryGetProperty("lora", out var lora)
        ? new LoraOptions(
            lora.GetProperty("rank").GetInt32(), lora.GetProperty("alpha").GetDouble(),
            LoraWords.Parse(lora.GetProperty("matrices").EnumerateArray().Select(word => word.GetString()!))!.Value)
        : null;

    private static RopeScaling Scaling(JsonElement model)
    {
        if (!model.TryGetProperty("rope_scaling", out var scaling) || scaling.ValueKind == JsonValueKind.Null)
            return RopeScaling.None;
        return new RopeScaling
        {
            Kind = scaling.GetProperty("type").GetString() switch
            {
                "dynamic" => RopeScalingKind.Dynamic,
                "yarn" => RopeScalingKind.Yarn,
                _ => RopeScalingKind.LongRope,
            },
            Factor = scaling.GetProperty("factor").GetDouble(),
            OriginalLength = scaling.GetProperty("original_max_position_embeddings").GetInt32(),
            BetaFast = Of("beta_fast", RopeScaling.StandardBetaFast),
            BetaSlow = Of("beta_slow", RopeScaling.StandardBetaSlow),
            LongFactors = Numbers("long_factor"),
            ShortFactors = Numbers("short_factor"),
        };

        double Of(string name, double standard) =>
            scaling.TryGetProperty(name, out var value) ? value.GetDouble() : standard;

        double[] Numbers(string name) => scaling.TryGetProperty(name, out var list)
            ? [.. list.EnumerateArray().Select(value => value.GetDouble())]
            : [];
    }

    /// <summary>Relative L2 error of PyTorch's float32 against the same reference.</summary>
    public double Float32Error(string name) =>
        Facts.GetProperty("float32_relative_error").GetProperty(name).GetDouble();

    /// <summary>
    /// The rule of tests/golden/README.md: at most twice PyTorch's own float32 error, tensor by tensor. Where the
    /// reference is zero everywhere, so must be what was found.
    /// </summary>
    public void RequireClose(string name, Tensor found)
    {
        using var scope = NewDisposeScope();
        var expected = this[name].to(ScalarType.Float64);
        var difference = (found.to(ScalarType.Float64).reshape(expected.shape) - expected).square().sum().sqrt()
            .item<double>();
        var (norm, limit) = (expected.square().sum().sqrt().item<double>(), 2 * Float32Error(name));
        Assert.True(
            difference <= limit * norm,
            $"{name}: relative L2 error {difference / norm:E2}, expected at most {limit:E2}");
    }

    public void Dispose()
    {
        _facts.Dispose();
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
    }
}
