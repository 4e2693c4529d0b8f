using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Tests.Model;
using MiniCpmDist.Native.TorchExt;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Alignment;

/// <summary>The float64 reference of tests/golden/preferences_case.py: packed pairs of answers.</summary>
public sealed class PreferenceParityTests
{
    private const int Pairs = 3;

    [Theory]
    [InlineData(KernelSet.Fused, "dpo")]
    [InlineData(KernelSet.Plain, "dpo")]
    [InlineData(KernelSet.Fused, "smoothed")]
    [InlineData(KernelSet.Fused, "normalized")]
    [InlineData(KernelSet.Fused, "ipo")]
    [InlineData(KernelSet.Plain, "ipo")]
    public void The_loss_of_pairs_and_every_gradient_agree_with_a_float64_reference(KernelSet kernels, string method)
    {
        ComputeThreads.Set(1);
        using var golden = GoldenFile.Open("preferences");
        using var started = new GoldenModel(golden, kernels);
        using var scope = NewDisposeScope();
        var batch = new PreferenceBatch(Batch(golden), golden["reference"].data<float>().ToArray());
        var objective = new PreferenceObjective(Options(golden, method), new ReferenceTable());

        var sums = objective.Sum(started.Model, batch, 1.0 / Pairs);
        var loss = sums.Sum / Pairs;
        BackwardPass.Run(loss);

        golden.RequireClose($"{method}.loss", loss);
        foreach (var (name, parameter) in started.Model.named_parameters())
            golden.RequireClose($"{method}.gradient.{name}", parameter.grad!);
        Assert.Equal(sums.Sum.item<double>(), sums.BySequence.sum().item<double>());
        Assert.Equal(objective.Measures.Count, sums.Measured.Count);
    }

    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void The_loss_of_answers_and_every_gradient_agree_with_a_float64_reference(KernelSet kernels)
    {
        ComputeThreads.Set(1);
        using var golden = GoldenFile.Open("preferences");
        using var started = new GoldenModel(golden, kernels);
        using var scope = NewDisposeScope();
        var batch = Batch(golden);
        var weight = batch.Targets.Count(target => target >= 0);

        var loss = RunObjective.PreTraining.Sum(started.Model, batch, 1.0 / weight).Sum / weight;
        BackwardPass.Run(loss);

        golden.RequireClose("sft.loss", loss);
        foreach (var (name, parameter) in started.Model.named_parameters())
            golden.RequireClose($"sft.gradient.{name}", parameter.grad!);
    }

    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void An_answer_has_the_same_log_probability_packed_with_others_and_alone(KernelSet kernels)
    {
        ComputeThreads.Set(1);
        using var golden = GoldenFile.Open("preferences");
        using var started = new GoldenModel(golden, kernels);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var packed = Batch(golden);
        var alone = new List<float>();
        var at = 0;
        foreach (var length in packed.SegmentLengths)
        {
            var document = new MicroBatch(
                packed.Ids[at..(at + length)], packed.Targets[at..(at + length)], [length], 1);
            alone.AddRange(new AnswerScores(started.Model, document).Measure());
            at += length;
        }

        var together = new AnswerScores(started.Model, packed).Measure();

        // Sums of up to 14 token losses of about 4 nats in float32.
        Assert.Equal(2 * Pairs, together.Length);
        Assert.All(together.Zip(alone), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }

    private static MicroBatch Batch(GoldenFile golden) => new(
        golden["input_ids"].data<long>().ToArray(), golden["targets"].data<long>().ToArray(),
        [.. golden["segment_lengths"].data<long>().Select(length => (int)length)], (int)golden["input_ids"].shape[0]);

    private static AlignmentOptions Options(GoldenFile golden, string method)
    {
        var values = golden.Facts.GetProperty("methods").GetProperty(method);
        return new AlignmentOptions
        {
            Method = AlignmentMethod.Dpo,
            Beta = values[0].GetDouble(),
            LabelSmoothing = values[1].GetDouble(),
            SftWeight = values[2].GetDouble(),
            IsLengthNormalized = values[3].GetBoolean(),
            Rule = values[4].GetBoolean() ? PreferenceRule.Ipo : PreferenceRule.Sigmoid,
        };
    }
}
