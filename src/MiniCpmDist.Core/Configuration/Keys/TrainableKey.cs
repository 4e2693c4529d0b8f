using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Runs.RunOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The key <c>trainable</c>: which parts of a model with an image encoder a stage moves.</summary>
internal static class TrainableKey
{
    public const string Name = "trainable";
    private static readonly string s_expected =
        $"a list of {string.Join(", ", ModelParts.Words.Select(entry => $"`{entry.Word}`"))}";

    public static KeyRow<RunOptions> Row { get; } = Key.Special(
        Name, KeyRule.Update, s_expected, "the parts of the model that are trained; all where it is not said",
        Write, (options, root, _) => Read(options, root))
        .HeldAs(options => ModelParts.Text(options.Trainable)).Before(ModelParts.Text(ModelParts.All));

    private static void Write(RunOptions options, RunFileText text)
    {
        if (options.Trainable.Count < ModelParts.All.Count)
            text.Line(Name, ModelParts.Text(options.Trainable));
    }

    private static RunOptions Read(RunOptions options, YamlSection root)
    {
        if (!root.Has(Name))
            return options;
        var parts = new List<ModelPart>();
        foreach (var word in root.Texts(Name))
        {
            var known = ModelParts.Words.Where(entry => entry.Word == word).ToArray();
            if (known is [var (_, part)])
                parts.Add(part);
            else
                root.Problem(
                    Name, s_expected, $"`{word}`",
                    $"write such as `{Name}: [{NearestKey.Of(word, ModelParts.Words.Select(entry => entry.Word))
                        ?? "resampler"}]`");
        }
        root.Require(
            parts.Count > 0, Name, s_expected, "none that is known", $"write such as `{Name}: [resampler]`");
        root.Require(
            options.Model.Shape.Vision is not null || parts.Contains(ModelPart.Language) || parts.Count == 0, Name,
            "`language`: the model has no encoder and no resampler", ModelParts.Text(parts),
            $"remove `{Name}`, or take a model such as `model: minicpm-v-tiny`");
        return options with { Trainable = ModelParts.Of(parts) };
    }
}
