using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Core.Model;

/// <summary>
/// The published sizes (arXiv 2404.06395, tables 2 and 8, and section 7.3 for the experts), MiniCPM-V 2.0, and
/// <c>nano</c>, <c>nano-moe</c> and <c>minicpm-v-tiny</c>, our own for a laptop. Table 8 has one head column, hence as
/// many key-value heads as query heads.
/// </summary>
public static class ModelPresets
{
    private const int LargeVocabulary = 122_753;
    private const int SmallVocabulary = 73_440;

    /// <summary>Presets by name, smallest first.</summary>
    public static IReadOnlyDictionary<string, ModelShape> All { get; } = new OrderedDictionary<string, ModelShape>
    {
        ["nano"] = Shape(hidden: 128, layers: 4, heads: 4, headDim: 32, vocabulary: 4096),
        ["minicpm-v-tiny"] = Shape(hidden: 128, layers: 4, heads: 4, headDim: 32, vocabulary: 4096) with
        {
            Vision = VisionShape.V26 with
            {
                HiddenSize = 128,
                Layers = 4,
                Heads = 4,
                IntermediateSize = 344,
                Queries = 16,
                // A picture of a scene is one part of 8 x 8 patches.
                Slices = new SliceRules(Side: 112),
            },
        },
        ["nano-moe"] = WithExperts(Shape(hidden: 128, layers: 4, heads: 4, headDim: 32, vocabulary: 4096)),
        ["9m"] = Shape(hidden: 320, layers: 8, heads: 5),
        ["30m"] = Shape(hidden: 512, layers: 12, heads: 8),
        ["70m"] = Shape(hidden: 640, layers: 14, heads: 10),
        ["0.1b"] = Shape(hidden: 768, layers: 16, heads: 12),
        ["0.17b"] = Shape(hidden: 896, layers: 18, heads: 14),
        ["0.2b"] = Shape(hidden: 1024, layers: 20, heads: 16),
        ["0.5b"] = Shape(hidden: 1344, layers: 24, heads: 21),
        ["minicpm-1.2b"] =
            Shape(hidden: 1536, layers: 52, heads: 24, vocabulary: SmallVocabulary) with { KeyValueHeads = 8 },
        ["minicpm-2.4b"] = Shape(hidden: 2304, layers: 40, heads: 36),
        ["minicpm-v-2"] = Shape(hidden: 2304, layers: 40, heads: 36) with
        {
            TieWordEmbeddings = false,
            Vision = VisionShape.V2,
        },
        ["minicpm-moe-8x2b"] = WithExperts(Shape(hidden: 2304, layers: 40, heads: 36)),
    };

    private static ModelShape WithExperts(ModelShape dense) => dense with
    {
        Experts = ExpertBalance.Experts,
        ExpertsPerToken = ExpertBalance.ExpertsPerToken,
        BalanceLoss = ExpertBalance.Weight,
    };

    private static ModelShape Shape(
        int hidden, int layers, int heads, int headDim = 64, int vocabulary = LargeVocabulary) => new()
        {
            HiddenSize = hidden,
            IntermediateSize = hidden * 5 / 2,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = heads,
            HeadDim = headDim,
            VocabularySize = vocabulary,
        };
}
