using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.LlamaCpp.Tests;

public sealed class GgufInLlamaCppTests(TinyTokenizer tokenizer)
{
    private const int Steps = 40;

    private static readonly ModelShape s_shape = new()
    {
        HiddenSize = 128,
        IntermediateSize = 320,
        Layers = 3,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 32,
        VocabularySize = 403,
        DimModelBase = 64,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Llama_cpp_continues_a_prompt_with_our_tokens(bool isTied)
    {
        using var ours = new RandomModel(s_shape with { TieWordEmbeddings = isTied }, tokenizer.Path);
        using var theirs = new LlamaModel(ours.Export(GgufType.F32));
        int[] prompt = [1, .. tokenizer.Tokenizer.Encode("The rank learns")];
        var (own, other) = (prompt.ToList(), prompt.ToList());
        for (var i = 0; i < Steps; i++)
        {
            own.Add(LikeliestNewOne(ours.NextLogits(own), own));
            other.Add(LikeliestNewOne(theirs.NextLogits(other), other));
        }
        Assert.Equal(own, other);
    }

    // The bounds are relative to the largest logit. Measured were 2.8e-7, 2.1e-4, 1.6e-3, 6.9e-3, 4.3e-2 and 1.5e-2;
    // with q and k in their own order of rows it is 0.45.
    [Theory]
    [InlineData(GgufType.F32, 128, 2e-6)]
    [InlineData(GgufType.F16, 128, 1e-3)]
    [InlineData(GgufType.BF16, 128, 6e-3)]
    [InlineData(GgufType.Q8, 128, 2e-2)]
    [InlineData(GgufType.Q4, 128, 0.1)]
    [InlineData(GgufType.Q4K, 256, 0.05)]
    public void Logits_of_other_types_stay_within_a_bound(GgufType type, int hidden, double bound)
    {
        using var ours = new RandomModel(s_shape with { HiddenSize = hidden, IntermediateSize = 512 }, tokenizer.Path);
        using var theirs = new LlamaModel(ours.Export(type));
        int[] ids = [1, .. tokenizer.Tokenizer.Encode("Documents end in quiet places where numbers grow.")];
        var (expected, found) = (ours.NextLogits(ids), theirs.NextLogits(ids));

        var distance = expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second))
            / expected.Max(Math.Abs);
        TestContext.Current.SendDiagnosticMessage($"{type}: {distance:G3}");
        Assert.InRange(distance, 0, bound);
    }

    // The experts of random weights are all different, so that a wrong router or order would be seen.
    [Theory]
    [InlineData(GgufType.F32, 2e-6)]
    [InlineData(GgufType.F16, 1e-3)]
    [InlineData(GgufType.Q8, 2e-2)]
    public void Llama_cpp_sends_tokens_to_the_experts_that_we_send_them_to(GgufType type, double bound)
    {
        using var ours = new RandomModel(
            s_shape with { Experts = 8, ExpertsPerToken = 2, IntermediateSize = 64 }, tokenizer.Path);
        using var theirs = new LlamaModel(ours.Export(type));
        int[] ids = [1, .. tokenizer.Tokenizer.Encode("Documents end in quiet places where numbers grow.")];
        var (expected, found) = (ours.NextLogits(ids), theirs.NextLogits(ids));

        var distance = expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second)) / expected.Max(Math.Abs);
        TestContext.Current.SendDiagnosticMessage($"experts, {type}: {distance:G3}");
        Assert.InRange(distance, 0, bound);
    }

    // The base alone and both sides of the old length. With the angles of another kind the distance is 0.01 and more.
    [Theory]
    [InlineData("abf")]
    [InlineData("dynamic")]
    [InlineData("yarn")]
    [InlineData("yarn, with a factor of its own")]
    [InlineData("longrope, long")]
    [InlineData("longrope, short")]
    public void Llama_cpp_turns_positions_by_our_angles(string kind)
    {
        var scaling = kind switch
        {
            "abf" => RopeScaling.None,
            "dynamic" => new RopeScaling { Kind = RopeScalingKind.Dynamic, Factor = 4, OriginalLength = 64 },
            "yarn" => new RopeScaling { Kind = RopeScalingKind.Yarn, Factor = 4, OriginalLength = 64 },
            "yarn, with a factor of its own" => new RopeScaling
            {
                Kind = RopeScalingKind.Yarn,
                Factor = 4,
                OriginalLength = 64,
                AttentionFactor = 1.3,
            },
            _ => new RopeScaling
            {
                Kind = RopeScalingKind.LongRope,
                Factor = 4,
                OriginalLength = kind.EndsWith("long", StringComparison.Ordinal) ? 64 : 512,
                LongFactors = [.. Enumerable.Range(0, 16).Select(i => 1 + 0.25 * i)],
                ShortFactors = [.. Enumerable.Range(0, 16).Select(i => 1 + 0.05 * i)],
            },
        };
        var shape = s_shape with { RopeTheta = kind == "abf" ? 1e6 : 1e4, RopeScaling = scaling };
        using var ours = new RandomModel(shape, tokenizer.Path);
        using var plain = new RandomModel(s_shape, tokenizer.Path);
        using var theirs = new LlamaModel(ours.Export(GgufType.F32));
        int[] ids = [1, .. tokenizer.Tokenizer.Encode(string.Concat(Enumerable.Repeat("Numbers grow slowly. ", 9)))];
        Assert.InRange(ids.Length, 65, 256);
        var (expected, found, without) = (ours.NextLogits(ids), theirs.NextLogits(ids), plain.NextLogits(ids));

        TestContext.Current.SendDiagnosticMessage(
            $"{kind}: {Distance(expected, found):G3}, without {Distance(expected, without):G3}");
        Assert.InRange(Distance(expected, found), 0, 4e-6);
        Assert.True(Distance(expected, without) > 1e-3);

        static double Distance(float[] expected, float[] found) =>
            expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second)) / expected.Max(Math.Abs);
    }

    /// <summary>A model of random weights likes what it has just read best of all.</summary>
    private static int LikeliestNewOne(float[] scores, List<int> ids) =>
        Enumerable.Range(0, scores.Length).Except(ids).MaxBy(id => scores[id]);
}
