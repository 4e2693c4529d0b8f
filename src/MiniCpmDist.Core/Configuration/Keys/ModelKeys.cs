using System.Globalization;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using YamlDotNet.RepresentationModel;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Model.ModelShape>;
using Row = MiniCpmDist.Core.Configuration.Keys.KeyRow<MiniCpmDist.Core.Model.ModelShape>;
using Shape = MiniCpmDist.Core.Model.ModelShape;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The key <c>model</c>: a preset's name, a preset with overrides, or all dimensions.</summary>
internal static class ModelKeys
{
    private const string Model = "model";
    private const string Preset = "preset";
    private const string Example = "nano";

    // The value of a dimension that no preset has.
    private const int Unknown = 0;

    // A stand-in that is even and divides other numbers, so that one problem does not cause others.
    private const int StandIn = 2;

    private const string Positive = "a number above zero";
    private static readonly string s_presets = string.Join(", ", ModelPresets.All.Keys);

    private static readonly Row[] s_shape =
    [
        Dimension(
            "hidden_size", o => o.HiddenSize, (o, v) => o with { HiddenSize = v }, ModelLimits.HiddenSize,
            "width of the residual stream"),
        Dimension(
            "intermediate_size", o => o.IntermediateSize, (o, v) => o with { IntermediateSize = v },
            ModelLimits.IntermediateSize, "width inside the SwiGLU"),
        Dimension(
            "num_hidden_layers", o => o.Layers, (o, v) => o with { Layers = v }, ModelLimits.Layers,
            "decoder blocks"),
        Dimension(
            "num_attention_heads", o => o.Heads, (o, v) => o with { Heads = v }, ModelLimits.Heads, "query heads"),
        Dimension(
            "num_key_value_heads", o => o.KeyValueHeads, (o, v) => o with { KeyValueHeads = v }, ModelLimits.Heads,
            "key-value heads; they divide the query heads"),
        Dimension(
            "head_dim", o => o.HeadDim, (o, v) => o with { HeadDim = v }, ModelLimits.HeadDim,
            "width of a head; even"),
        Dimension(
            "vocab_size", o => o.VocabularySize, (o, v) => o with { VocabularySize = v },
            ModelLimits.VocabularySize, "rows of the embedding"),
        Key.Number(
            "scale_emb", o => o.ScaleEmb, (o, v) => o with { ScaleEmb = v }, Positive, v => v > 0, KeyRule.Forward,
            "factor on the embedding's output"),
        Key.Number(
            "scale_depth", o => o.ScaleDepth, (o, v) => o with { ScaleDepth = v }, Positive, v => v > 0,
            KeyRule.Forward, "residual branches are multiplied by this over the root of the layers"),
        Key.Whole(
            "dim_model_base", o => o.DimModelBase, (o, v) => o with { DimModelBase = v }, 1, KeyRule.Forward,
            "the width at which nothing needs scaling", ModelLimits.HiddenSize),
        Key.Number(
            "rms_norm_eps", o => o.RmsNormEps, (o, v) => o with { RmsNormEps = v }, Positive, v => v > 0,
            KeyRule.Forward, "added to the mean square in norms"),
        Key.Number(
            "rope_theta", o => o.RopeTheta, (o, v) => o with { RopeTheta = v }, Positive, v => v > 0,
            KeyRule.Forward, "base of the rotary positions"),
        Key.Section(RopeKeys.Section, o => o.RopeScaling, RopeKeys.Table) with
        {
            Read = (o, section, _) => RopeKeys.Read(o, section),
            Write = RopeKeys.Write,
        },
        Key.Number(
            "init_std", o => o.InitStd, (o, v) => o with { InitStd = v }, Positive, v => v > 0, KeyRule.StartOnly,
            "standard deviation of the initial embedding"),
        Key.Truth(
            "tie_word_embeddings", o => o.TieWordEmbeddings, (o, v) => o with { TieWordEmbeddings = v },
            KeyRule.Shape, "the output head is the embedding itself"),
        .. ExpertKeys.Rows,
    ];

    public static KeyTable<ModelOptions> Table { get; } = new(
    [
        Key<ModelOptions>.Special(
            Preset, KeyRule.Free("the dimensions below it say the same"), $"a preset ({s_presets})",
            "the model that the dimensions are those of, where they are not given", WritePreset),
        .. s_shape.Select(row => row.In<ModelOptions>(o => o.Shape, (o, v) => o with { Shape = v })),
    ])
    {
        Complete = Check,
    };

    /// <returns>Null, with a problem, where there is no model.</returns>
    public static ModelOptions? Read(YamlSection root)
    {
        switch (root.Node(Model))
        {
            case YamlMappingNode:
                return ReadMapping(Table.Open(root, Model));
            case YamlScalarNode { Value: var name }:
                return Find(root, Model, name) is { } shape ? new ModelOptions(name, shape) : null;
            case var node:
                root.Problem(
                    Model, $"a preset ({s_presets}) or a mapping of dimensions",
                    node is null ? "nothing" : YamlText.Describe(node),
                    $"write `{Model}: {Example}`");
                return null;
        }
    }

    /// <summary>
    /// A size of an experiment: what is not given is that of a model, but for what usually follows from the width and
    /// the heads.
    /// </summary>
    public static Shape ReadSize(YamlSection parent, string key, Shape basis)
    {
        var section = Table.Open(parent, key);
        var width = section.Whole("hidden_size", basis.HiddenSize, 1, ModelLimits.HiddenSize);
        var heads = section.Whole("num_attention_heads", basis.Heads, 1, ModelLimits.Heads);
        return Table.Read(section, new ModelOptions(null, basis with
        {
            IntermediateSize = Math.Max(1, width * 5 / 2),
            HeadDim = Math.Max(StandIn, width / heads),
            KeyValueHeads = heads,
        })).Shape;
    }

    private static ModelOptions ReadMapping(YamlSection section)
    {
        var preset = section.Text(Preset);
        var basis = preset is null ? Every(Unknown) : Find(section, Preset, preset) ?? Every(StandIn);
        return Table.Read(section, new ModelOptions(preset, basis));
    }

    private static Shape Every(int dimension) => new()
    {
        HiddenSize = dimension,
        IntermediateSize = dimension,
        Layers = dimension,
        Heads = dimension,
        KeyValueHeads = dimension,
        HeadDim = dimension,
        VocabularySize = dimension,
    };

    private static ModelOptions Check(ModelOptions options, YamlSection section)
    {
        var shape = options.Shape;
        section.Require(
            shape.HeadDim % 2 == 0, "head_dim", "an even number, because rotary positions turn pairs", shape.HeadDim,
            $"write `head_dim: {shape.HeadDim + 1}`");
        var divisor = Enumerable.Range(1, Math.Min(shape.Heads, shape.KeyValueHeads))
            .Last(size => shape.Heads % size == 0);
        section.Require(
            divisor == shape.KeyValueHeads, "num_key_value_heads",
            $"a divisor of num_attention_heads = {shape.Heads}", shape.KeyValueHeads,
            $"write `num_key_value_heads: {divisor}`");
        shape = ExpertKeys.Check(shape, section);
        section.Require(
            shape.Vision is not { ResamplerHeadDim: var head } || shape.HiddenSize % head == 0, "hidden_size",
            $"a multiple of {shape.Vision?.ResamplerHeadDim}, because the resampler has heads of this width",
            shape.HiddenSize, $"write `hidden_size: {shape.Vision?.ResamplerHeadDim}`, or a multiple of it");
        section.Require(
            shape.Parameters <= ModelLimits.Parameters, "hidden_size",
            $"dimensions of {ModelLimits.Parameters:N0} parameters at most", $"{shape.Parameters:N0}",
            "make a dimension smaller");
        return options with { Shape = shape };
    }

    private static Row Dimension(string name, Func<Shape, int> get, Func<Shape, int, Shape> set, int max, string help)
    {
        return Key.Special(
            name, KeyRule.Shape, $"a whole number from 1 to {max}", help,
            (o, text) => text.Line(name, get(o).ToString(CultureInfo.InvariantCulture)),
            (o, section, _) => set(o, Read(section, get(o)))).HeldAs(o => get(o));

        int Read(YamlSection section, int standard)
        {
            if (standard == Unknown && !section.Has(name))
            {
                section.Problem(
                    name, "this dimension, or a preset that has it", "nothing",
                    $"write such as `{name}: 128`, or `{Preset}: {Example}`");
            }
            return section.Whole(name, standard == Unknown ? StandIn : standard, 1, max);
        }
    }

    private static void WritePreset(ModelOptions options, RunFileText text)
    {
        if (options.Preset is { } preset)
            text.Line(Preset, YamlScalar.Of(preset));
    }

    private static Shape? Find(YamlSection section, string key, string? name)
    {
        if (ModelPresets.All.TryGetValue(name ?? "", out var shape))
            return shape;
        var nearest = NearestKey.Of(name ?? "", ModelPresets.All.Keys) ?? Example;
        section.Problem(key, $"a preset ({s_presets})", $"`{name}`", $"write `{key}: {nearest}`");
        return null;
    }
}
