namespace MiniCpmDist.Core.Model;

/// <summary>
/// Names, shapes and starting values of encoder and resampler, under the names of MiniCPM-V 2.0. A matrix starts with a
/// spread of one over the root of its columns, so that what it gives is as large as what it gets at every width: the
/// published 0.02 does that at 2304 columns, and at 128 all features of all pictures would begin nearly equal.
/// </summary>
internal static class VisionParameters
{
    private const double TableStd = 0.02;

    /// <summary>What the encoder's names begin with.</summary>
    public const string Encoder = "vpm.";

    /// <summary>What the resampler's names begin with.</summary>
    public const string Resampler = "resampler.";

    public static IEnumerable<ParameterSpec> Of(VisionShape vision, int hidden) =>
        EncoderOf(vision).Concat(ResamplerOf(vision, hidden));

    private static IEnumerable<ParameterSpec> EncoderOf(VisionShape vision)
    {
        var (width, patch) = (vision.HiddenSize, vision.Slices.Patch);
        yield return Normal(
            Encoder + "pos_embed", TableStd, 1, (long)vision.TableSide * vision.TableSide, width);
        yield return Normal(
            Encoder + "patch_embed.proj.weight", 1 / Math.Sqrt(vision.PatchSize), width, 3, patch, patch);
        yield return Zeros(Encoder + "patch_embed.proj.bias", width);
        for (var layer = 0; layer < vision.Layers; layer++)
        {
            foreach (var spec in Block(vision, FormattableString.Invariant($"{Encoder}blocks.{layer}.")))
                yield return spec;
        }
        foreach (var spec in Norm(Encoder + "norm", width))
            yield return spec;
    }

    private static IEnumerable<ParameterSpec> Block(VisionShape vision, string prefix)
    {
        var (width, inner) = (vision.HiddenSize, vision.IntermediateSize);
        return
        [
            .. Norm(prefix + "norm1", width),
            .. Linear(prefix + "attn.qkv", 3 * width, width),
            .. Linear(prefix + "attn.proj", width, width),
            .. Norm(prefix + "norm2", width),
            .. Linear(prefix + "mlp.fc1", inner, width),
            .. Linear(prefix + "mlp.fc2", width, inner),
        ];
    }

    private static IEnumerable<ParameterSpec> ResamplerOf(VisionShape vision, int hidden)
    {
        yield return Normal(Resampler + "query", TableStd, vision.Queries, hidden);
        if (vision.QueryPositions)
        {
            yield return new(
                Resampler + "pos_embed", [vision.Queries, hidden], 0, LearningRateGroup.Frozen, Resampler + "pos_embed")
            {
                Start = ParameterStart.Positions,
            };
        }
        yield return Normal(Resampler + "proj", 1 / Math.Sqrt(hidden), hidden, hidden);
        yield return Matrix(Resampler + "kv_proj.weight", hidden, vision.HiddenSize);
        yield return Matrix(Resampler + "attn.in_proj_weight", 3L * hidden, hidden);
        yield return Zeros(Resampler + "attn.in_proj_bias", 3L * hidden);
        foreach (var spec in Linear(Resampler + "attn.out_proj", hidden, hidden))
            yield return spec;
        foreach (var name in (string[])["ln_q", "ln_kv", "ln_post"])
        {
            foreach (var spec in Norm(Resampler + name, hidden))
                yield return spec;
        }
    }

    private static ParameterSpec[] Linear(string name, long rows, long columns) =>
        [Matrix(name + ".weight", rows, columns), Zeros(name + ".bias", rows)];

    private static ParameterSpec Matrix(string name, long rows, long columns) =>
        Normal(name, 1 / Math.Sqrt(columns), rows, columns);

    private static ParameterSpec[] Norm(string name, long width) =>
        [new(name + ".weight", [width], 0, LearningRateGroup.Full, name + ".weight"), Zeros(name + ".bias", width)];

    private static ParameterSpec Normal(string name, double std, params long[] shape) =>
        new(name, shape, std, LearningRateGroup.Full, name);

    private static ParameterSpec Zeros(string name, long width) =>
        new(name, [width], 0, LearningRateGroup.Full, name) { Start = ParameterStart.Zeros };
}
