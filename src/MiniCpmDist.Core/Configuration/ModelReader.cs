using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using YamlDotNet.RepresentationModel;
using Shape = MiniCpmDist.Core.Model.ModelShape;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>model</c> key: a preset's name, a preset with overrides, or all dimensions.</summary>
internal static class ModelReader
{
    private const string Key = "model";
    private const string Example = "nano";
    private static readonly string s_presets = string.Join(", ", ModelPresets.All.Keys);

    /// <returns>Null, with a fault, where there is no model.</returns>
    public static ModelOptions? Read(YamlSection root)
    {
        switch (root.Node(Key))
        {
            case YamlMappingNode:
                return ReadMapping(root.Section(Key));
            case YamlScalarNode { Value: var name }:
                return Find(root, Key, name) is { } shape ? new ModelOptions(name, shape) : null;
            case var node:
                root.Fault(
                    Key, $"a preset ({s_presets}) or a mapping of dimensions",
                    node is null ? "nothing" : YamlText.Describe(node),
                    $"write `{Key}: {Example}`");
                return null;
        }
    }

    private static ModelOptions? ReadMapping(YamlSection section)
    {
        var preset = section.Text("preset");
        var basis = preset is null ? null : Find(section, "preset", preset);
        var shape = new Shape
        {
            HiddenSize = Dimension("hidden_size", basis?.HiddenSize, ModelLimits.HiddenSize),
            IntermediateSize = Dimension("intermediate_size", basis?.IntermediateSize, ModelLimits.IntermediateSize),
            Layers = Dimension("num_hidden_layers", basis?.Layers, ModelLimits.Layers),
            Heads = Dimension("num_attention_heads", basis?.Heads, ModelLimits.Heads),
            KeyValueHeads = Dimension("num_key_value_heads", basis?.KeyValueHeads, ModelLimits.Heads),
            HeadDim = Dimension("head_dim", basis?.HeadDim, ModelLimits.HeadDim),
            VocabularySize = Dimension("vocab_size", basis?.VocabularySize, ModelLimits.VocabularySize),
            ScaleEmb = Positive("scale_emb", basis?.ScaleEmb, 12),
            ScaleDepth = Positive("scale_depth", basis?.ScaleDepth, 1.4),
            DimModelBase = section.Whole("dim_model_base", basis?.DimModelBase ?? 256, 1, ModelLimits.HiddenSize),
            RmsNormEps = Positive("rms_norm_eps", basis?.RmsNormEps, 1e-5),
            RopeTheta = Positive("rope_theta", basis?.RopeTheta, 10_000),
            InitStd = Positive("init_std", basis?.InitStd, 0.1),
            TieWordEmbeddings = section.Truth("tie_word_embeddings", basis?.TieWordEmbeddings ?? true),
        };
        section.Require(
            shape.HeadDim % 2 == 0, "head_dim", "an even number, because rotary positions turn pairs", shape.HeadDim,
            $"write `head_dim: {shape.HeadDim + 1}`");
        var divisor = Enumerable.Range(1, Math.Min(shape.Heads, shape.KeyValueHeads))
            .Last(size => shape.Heads % size == 0);
        section.Require(
            divisor == shape.KeyValueHeads, "num_key_value_heads",
            $"a divisor of num_attention_heads = {shape.Heads}", shape.KeyValueHeads,
            $"write `num_key_value_heads: {divisor}`");
        section.Require(
            shape.Parameters <= ModelLimits.Parameters, "hidden_size",
            $"dimensions of {ModelLimits.Parameters:N0} parameters at most", $"{shape.Parameters:N0}",
            "make a dimension smaller");
        section.Finish();
        return new ModelOptions(preset, shape);

        // Two serves as a stand-in after a fault: it divides and is even, so that one fault does not beget others.
        int Dimension(string key, int? standard, int maximum)
        {
            var unknownPreset = preset is not null && basis is null;
            if (standard is null && !section.Has(key) && !unknownPreset)
                section.Fault(
                    key, "this dimension, or a preset that has it", "nothing",
                    $"write such as `{key}: 128`, or `preset: {Example}`");
            return section.Whole(key, standard ?? 2, 1, maximum);
        }

        double Positive(string key, double? standard, double published) =>
            section.Number(key, standard ?? published, "a number above zero", value => value > 0);
    }

    private static Shape? Find(YamlSection section, string key, string? name)
    {
        if (ModelPresets.All.TryGetValue(name ?? "", out var shape))
            return shape;
        var nearest = NearestKey.Of(name ?? "", ModelPresets.All.Keys) ?? Example;
        section.Fault(key, $"a preset ({s_presets})", $"`{name}`", $"write `{key}: {nearest}`");
        return null;
    }
}
