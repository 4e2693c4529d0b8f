using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using Shape = MiniCpmDist.Core.Model.ModelShape;

namespace MiniCpmDist.Core.Formats;

/// <summary><c>config.json</c> of a Hugging Face MiniCPM model.</summary>
public static class HuggingFaceConfig
{
    private const string ModelType = "minicpm";
    private const string SightedModelType = "minicpmv";

    // The names that other models with experts have for these.
    private const string BalanceLoss = "router_aux_loss_coef";
    private const string RouterZLoss = "router_z_loss_coef";

    // What the published configuration class takes where a key is absent. The scales have no default here: the class
    // takes 1 for them, which fits no published model, so that an absent scale is rather a mistake.
    private const double ClassRmsNormEps = 1e-6;
    private const double ClassRopeTheta = 10_000;
    private const double ClassInitializerRange = 0.1;
    private const bool ClassTieWordEmbeddings = true;

    /// <param name="shape">The model.</param>
    /// <param name="maxPositions">Sequence length that it was trained with.</param>
    /// <param name="dtype">Type of the stored weights: <c>float32</c>, <c>bfloat16</c>, ...</param>
    /// <param name="special">Of the tokenizer; null for MiniCPM's.</param>
    /// <param name="packed">How the matrices are packed; null where they are plain numbers.</param>
    public static string Write(
        Shape shape, int maxPositions, string dtype, SpecialPieces? special = null, GptqConfig? packed = null) =>
        IndentedJson.Write(writer =>
        {
            WriteMembers(writer, shape, maxPositions, dtype, special ?? SpecialPieces.Standard);
            if (packed is null)
                return;
            writer.WriteStartObject(GptqConfig.Key);
            packed.WriteMembers(writer);
            writer.WriteEndObject();
        });

    /// <exception cref="ConfigurationException">It is no configuration of a MiniCPM model; every missing or wrong key
    /// is named.</exception>
    public static Shape Read(string json)
    {
        using var document = ParseDocument(json);
        try
        {
            return Read(document);
        }
        catch (InvalidOperationException exception)
        {
            // Half of a surrogate pair, escaped, in the name of a key: found when keys are looked for.
            throw NoConfig(exception);
        }
    }

    /// <summary>Sequence length that the model was trained with; 2048 where the file does not say.</summary>
    /// <param name="json">That <see cref="Read(string)"/> takes.</param>
    public static int Positions(string json)
    {
        const int Published = 2048;
        using var document = ParseDocument(json);
        return PositiveOf(document.RootElement, RopeConfig.Positions) ?? Published;
    }

    /// <summary>
    /// The longest sequence that the model is for, where its positions stretch with the length; else as
    /// <see cref="Positions"/>.
    /// </summary>
    /// <param name="json">That <see cref="Read(string)"/> takes.</param>
    public static int LongestSequence(string json)
    {
        using var document = ParseDocument(json);
        var isDynamic = Read(document).RopeScaling.Kind == RopeScalingKind.Dynamic;
        // In older files the key is a default of generation, 20, and no length that the model is for.
        return isDynamic && PositiveOf(document.RootElement, RopeConfig.Longest) is { } longest
            ? Math.Max(longest, Positions(json))
            : Positions(json);
    }

    private static int? PositiveOf(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0
            ? number
            : null;

    /// <summary>True where the weights are stored in fewer bits, as <c>quantization_config</c> says.</summary>
    /// <param name="json">Any JSON.</param>
    /// <exception cref="ConfigurationException">It is none.</exception>
    public static bool IsQuantized(string json)
    {
        using var document = ParseDocument(json);
        try
        {
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(GptqConfig.Key, out var value)
                && value.ValueKind != JsonValueKind.Null;
        }
        catch (InvalidOperationException exception)
        {
            // As in Read.
            throw NoConfig(exception);
        }
    }

    private static Shape Read(JsonDocument document)
    {
        var problems = new ProblemCollector();
        var keys = new ConfigKeys(document.RootElement, problems);
        var isSighted = document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty(VisionConfig.Key, out var vision)
            && vision.ValueKind != JsonValueKind.Null;
        var type = isSighted ? SightedModelType : ModelType;
        problems.Require(
            keys.Text("model_type") == type, "config.json: model_type", $"\"{type}\"",
            keys.Text("model_type") ?? "nothing",
            "name the folder of a MiniCPM model");
        RequirePlainArchitecture(keys);
        var hidden = keys.Whole("hidden_size", null, ModelLimits.HiddenSize);
        var heads = keys.Whole("num_attention_heads", null, ModelLimits.Heads);
        // Absent or 0: the class has one feed-forward part for all tokens.
        var experts = keys.WholeOrNone("num_experts", ModelLimits.Experts);
        var headDim = keys.Whole("head_dim", Math.Max(1, hidden / heads), ModelLimits.HeadDim);
        var theta = keys.Number("rope_theta", ClassRopeTheta);
        var shape = new Shape
        {
            HiddenSize = hidden,
            IntermediateSize = keys.Whole("intermediate_size", null, ModelLimits.IntermediateSize),
            Layers = keys.Whole("num_hidden_layers", null, ModelLimits.Layers),
            Heads = heads,
            KeyValueHeads = keys.Whole("num_key_value_heads", heads, ModelLimits.Heads),
            HeadDim = headDim,
            VocabularySize = keys.Whole("vocab_size", null, ModelLimits.VocabularySize),
            Experts = experts,
            ExpertsPerToken = experts == 0 ? 0 : keys.Whole("num_experts_per_tok", null, experts),
            BalanceLoss = experts == 0 ? 0 : keys.Factor(BalanceLoss, ExpertBalance.Weight),
            RouterZLoss = experts == 0 ? 0 : keys.Factor(RouterZLoss, 0),
            ScaleEmb = keys.Number("scale_emb", null),
            ScaleDepth = keys.Number("scale_depth", null),
            DimModelBase = keys.Whole("dim_model_base", null, ModelLimits.HiddenSize),
            RmsNormEps = keys.Number("rms_norm_eps", ClassRmsNormEps),
            RopeTheta = theta,
            RopeScaling = RopeConfig.Read(document.RootElement, headDim, theta, problems),
            InitStd = keys.Number("initializer_range", ClassInitializerRange),
            TieWordEmbeddings = keys.Truth("tie_word_embeddings", ClassTieWordEmbeddings),
            Vision = VisionConfig.Read(document.RootElement, hidden, problems),
        };
        problems.ThrowIfAny();
        return shape;
    }

    /// <summary>
    /// Compares everything that decides what the weights compute. For each difference it gives the key of
    /// <c>config.json</c> and both models' values. The initial spread is not compared: trained weights have lost it.
    /// </summary>
    public static IEnumerable<(string Key, string Left, string Right)> Differences(Shape left, Shape right) =>
        Architecture(left).Zip(Architecture(right))
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => (pair.First.Key, pair.First.Value, pair.Second.Value));

    private static IEnumerable<(string Key, string Value)> Architecture(Shape shape) =>
    [
        ("hidden_size", Text(shape.HiddenSize)),
        ("intermediate_size", Text(shape.IntermediateSize)),
        ("num_hidden_layers", Text(shape.Layers)),
        ("num_attention_heads", Text(shape.Heads)),
        ("num_key_value_heads", Text(shape.KeyValueHeads)),
        ("head_dim", Text(shape.HeadDim)),
        ("vocab_size", Text(shape.VocabularySize)),
        ("num_experts", Text(shape.Experts)),
        ("num_experts_per_tok", Text(shape.ExpertsPerToken)),
        ("scale_emb", Text(shape.ScaleEmb)),
        ("scale_depth", Text(shape.ScaleDepth)),
        ("dim_model_base", Text(shape.DimModelBase)),
        ("rms_norm_eps", Text(shape.RmsNormEps)),
        ("rope_theta", Text(shape.RopeTheta)),
        (RopeConfig.Key, RopeConfig.Text(shape.RopeScaling)),
        ("tie_word_embeddings", shape.TieWordEmbeddings ? "true" : "false"),
        (VisionConfig.Key, VisionConfig.Describe(shape.Vision)),
    ];

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>Refuses the variants of the class that this model does not have.</summary>
    private static void RequirePlainArchitecture(ConfigKeys keys)
    {
        keys.RequireAbsentOr("hidden_act", "\"silu\"");
        // Where a newer class keeps what rope_scaling and rope_theta say.
        keys.RequireAbsentOr("rope_parameters", "null");
        keys.RequireAbsentOr("attention_bias", "false");
        keys.RequireAbsentOr("mlp_bias", "false");
        // Without muP the scales below would be others, whatever is written for them.
        keys.RequireAbsentOr("use_mup", "true");
        keys.RequireOneId("eos_token_id");
    }

    private static JsonDocument ParseDocument(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw NoConfig(exception);
        }
    }

    private static ConfigurationException NoConfig(Exception exception) =>
        new($"Expected a config.json, found something that is no JSON: {exception.Message}");

    private static void WriteMembers(
        Utf8JsonWriter writer, Shape shape, int maxPositions, string dtype, SpecialPieces special)
    {
        writer.WriteStartArray("architectures");
        writer.WriteStringValue(shape.Vision is null ? "MiniCPMForCausalLM" : "MiniCPMV");
        writer.WriteEndArray();
        writer.WriteString("model_type", shape.Vision is null ? ModelType : SightedModelType);
        writer.WriteNumber("hidden_size", shape.HiddenSize);
        writer.WriteNumber("intermediate_size", shape.IntermediateSize);
        writer.WriteNumber("num_hidden_layers", shape.Layers);
        writer.WriteNumber("num_attention_heads", shape.Heads);
        writer.WriteNumber("num_key_value_heads", shape.KeyValueHeads);
        writer.WriteNumber("head_dim", shape.HeadDim);
        writer.WriteNumber("vocab_size", shape.VocabularySize);
        if (shape.Experts > 0)
        {
            writer.WriteNumber("num_experts", shape.Experts);
            writer.WriteNumber("num_experts_per_tok", shape.ExpertsPerToken);
            writer.WriteNumber(BalanceLoss, shape.BalanceLoss);
            writer.WriteNumber(RouterZLoss, shape.RouterZLoss);
        }
        if (shape.Vision is { } vision)
            VisionConfig.Write(writer, vision);
        RopeConfig.WriteLength(writer, shape.RopeScaling, maxPositions);
        writer.WriteNumber("rms_norm_eps", shape.RmsNormEps);
        writer.WriteNumber("rope_theta", shape.RopeTheta);
        RopeConfig.Write(writer, shape.RopeScaling);
        writer.WriteString("hidden_act", "silu");
        writer.WriteNumber("initializer_range", shape.InitStd);
        writer.WriteNumber("scale_emb", shape.ScaleEmb);
        writer.WriteNumber("scale_depth", shape.ScaleDepth);
        writer.WriteNumber("dim_model_base", shape.DimModelBase);
        writer.WriteNumber("bos_token_id", special.Begin.Id);
        writer.WriteNumber("eos_token_id", special.End.Id);
        writer.WriteBoolean("tie_word_embeddings", shape.TieWordEmbeddings);
        writer.WriteBoolean("attention_bias", false);
        writer.WriteNumber("attention_dropout", 0);
        writer.WriteBoolean("use_cache", true);
        writer.WriteString("torch_dtype", dtype);
    }
}
