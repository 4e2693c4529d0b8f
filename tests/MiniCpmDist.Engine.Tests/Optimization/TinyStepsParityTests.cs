using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Optimization;

public sealed class TinyStepsParityTests
{
    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void Five_clipped_AdamW_steps_with_muP_groups_end_where_the_float64_reference_ends(KernelSet kernels)
    {
        using var golden = GoldenFile.Open("tiny-steps");
        var shape = golden.Shape;
        var facts = golden.Facts.GetProperty("optimizer");
        using var model = new MiniCpmForCausalLM(shape, kernels: kernels);
        using var flat = new FlatModel(model);
        flat.Parameters.Initialize(golden.Facts.GetProperty("seed").GetUInt64());
        using var adam = flat.NewAdamW(new OptimizerOptions(), shape.ScaleWidth);
        const long TokenBatch = 2 * 3 * 7;
        var schedule = LearningRateSchedule.From(new ScheduleOptions
        {
            LearningRate = facts.GetProperty("learning_rate").GetDouble(),
            Warmup = facts.GetProperty("warmup_steps").GetInt64() * TokenBatch,
            Stable = 3 * TokenBatch,
            TokenBatch = TokenBatch,
        });
        RequireInitialBits(golden, model);
        using var scope = NewDisposeScope();
        var losses = new double[5];
        var norms = new double[5];

        for (var step = 0; step < 5; step++)
        {
            flat.Gradients.Clear();
            var lossTokens = golden.Facts.GetProperty("loss_positions")[step].GetInt64();
            for (var i = 0; i < 2; i++)
            {
                var ids = golden["input_ids"].select(0, step).select(0, i);
                var sum = model.LossSum(ids, golden["targets"].select(0, step).select(0, i));
                BackwardPass.Run(sum / lossTokens);
                losses[step] += sum.item<double>() / lossTokens;
            }
            norms[step] = flat.Norm.MeasureCollective(flat.Gradients);
            var scale = GradientNorm.ClipScale(norms[step], facts.GetProperty("clip_norm").GetDouble());
            adam.Update(step + 1, schedule.At((step + 1) * TokenBatch), scale);
        }

        golden.RequireClose("losses", tensor(losses));
        golden.RequireClose("gradient_norms", tensor(norms));
        foreach (var (name, parameter) in model.named_parameters())
            golden.RequireClose("final." + name, parameter.detach());
    }

    private static void RequireInitialBits(GoldenFile golden, MiniCpmForCausalLM model)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            using var scope = NewDisposeScope();
            Assert.Equal(golden["initial." + name].data<float>().ToArray(), parameter.detach().data<float>().ToArray());
        }
    }
}
