using System.Text.Json;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// The member <c>vision_config</c> of config.json: encoder, resampler, and how pictures become parts. Dimensions have
/// the names of SigLIP's configuration; the rest has no published name.
/// </summary>
internal static class VisionConfig
{
    public const string Key = "vision_config";

    private const int MostQueries = 1 << 12;
    private const int MostPatch = 1 << 8;
    private const int MostSide = 1 << 14;
    private const int MostSlices = 100;
    private const string PositionRule = "position_rule";
    private const string Layout = "image_layout";
    private const string Nearest = "nearest";
    private const string Interpolated = "interpolated";

    /// <returns>Null where the model has none.</returns>
    public static VisionShape? Read(JsonElement root, int hidden, ProblemCollector problems)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(Key, out var section)
            || section.ValueKind == JsonValueKind.Null)
            return null;
        var keys = new ConfigKeys(section, problems);
        var shape = new VisionShape
        {
            HiddenSize = keys.Whole("hidden_size", null, ModelLimits.HiddenSize),
            Layers = keys.Whole("num_hidden_layers", null, ModelLimits.Layers),
            Heads = keys.Whole("num_attention_heads", null, ModelLimits.Heads),
            IntermediateSize = keys.Whole("intermediate_size", null, ModelLimits.IntermediateSize),
            TableSide = keys.Whole("table_side", null, ModelLimits.Heads),
            LayerNormEps = keys.Number("layer_norm_eps", null),
            Queries = keys.Whole("query_num", null, MostQueries),
            QueryPositions = keys.Truth("query_positions", standard: false),
            ResamplerHeadDim = keys.Whole("resampler_head_dim", null, ModelLimits.HeadDim),
            Slices = new SliceRules(
                keys.Whole("scale_resolution", null, MostSide), keys.Whole("patch_size", null, MostPatch),
                keys.WholeOrNone("max_slice_nums", MostSlices)),
            Positions = keys.Text(PositionRule) == Interpolated
                ? Model.PositionRule.Interpolated
                : Model.PositionRule.Nearest,
            Layout = keys.Text(Layout) == ImageLayouts.Word(ImageLayout.OuterSlices)
                ? ImageLayout.OuterSlices
                : ImageLayout.TaggedSlices,
        };
        RequireWord(keys, PositionRule, [Nearest, Interpolated], problems);
        RequireWord(
            keys, Layout, [ImageLayouts.Word(ImageLayout.TaggedSlices), ImageLayouts.Word(ImageLayout.OuterSlices)],
            problems);
        var side = (int)Math.Sqrt(shape.Queries);
        problems.Require(
            !shape.QueryPositions || side * side == shape.Queries, $"config.json: {Key}: query_num",
            "a square, because queries have the positions of one", $"{shape.Queries}", "write a square, such as 64");
        problems.Require(
            shape.HiddenSize % shape.Heads == 0, $"config.json: {Key}: num_attention_heads",
            $"a divisor of {shape.HiddenSize}", $"{shape.Heads}", "correct it");
        problems.Require(
            hidden % shape.ResamplerHeadDim == 0 && hidden % 4 == 0, $"config.json: {Key}: resampler_head_dim",
            $"a divisor of hidden_size {hidden}, which is a multiple of 4", $"{shape.ResamplerHeadDim}", "correct it");
        return shape;
    }

    public static void Write(Utf8JsonWriter writer, VisionShape shape)
    {
        writer.WriteStartObject(Key);
        writer.WriteString("model_type", "siglip_vision_model");
        writer.WriteNumber("hidden_size", shape.HiddenSize);
        writer.WriteNumber("num_hidden_layers", shape.Layers);
        writer.WriteNumber("num_attention_heads", shape.Heads);
        writer.WriteNumber("intermediate_size", shape.IntermediateSize);
        writer.WriteNumber("table_side", shape.TableSide);
        writer.WriteNumber("layer_norm_eps", shape.LayerNormEps);
        writer.WriteNumber("query_num", shape.Queries);
        writer.WriteBoolean("query_positions", shape.QueryPositions);
        writer.WriteNumber("resampler_head_dim", shape.ResamplerHeadDim);
        writer.WriteNumber("scale_resolution", shape.Slices.Side);
        writer.WriteNumber("patch_size", shape.Slices.Patch);
        writer.WriteNumber("max_slice_nums", shape.Slices.MostSlices);
        writer.WriteString(PositionRule, Word(shape.Positions));
        writer.WriteString(Layout, ImageLayouts.Word(shape.Layout));
        writer.WriteEndObject();
    }

    /// <summary>All of it in a line, for comparisons.</summary>
    public static string Describe(VisionShape? shape) => shape is null
        ? "none"
        : FormattableString.Invariant(
            $"{shape.HiddenSize} wide, {shape.Layers} blocks, {shape.Heads} heads, {shape.IntermediateSize} inside, ")
        + FormattableString.Invariant(
            $"table {shape.TableSide} {Word(shape.Positions)}, {shape.Queries} queries, eps {shape.LayerNormEps}, ")
        + FormattableString.Invariant(
            $"query positions {shape.QueryPositions}, heads of {shape.ResamplerHeadDim}, patch {shape.Slices.Patch}");

    private static string Word(Model.PositionRule rule) =>
        rule == Model.PositionRule.Interpolated ? Interpolated : Nearest;

    private static void RequireWord(ConfigKeys keys, string key, string[] words, ProblemCollector problems) =>
        problems.Require(
            words.Contains(keys.Text(key)), $"config.json: {Key}: {key}", string.Join(" or ", words),
            keys.Text(key) ?? "nothing", "correct this key of config.json, or export the model again");
}
