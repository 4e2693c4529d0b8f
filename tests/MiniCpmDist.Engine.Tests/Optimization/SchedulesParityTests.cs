using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Optimization;

public sealed class SchedulesParityTests
{
    /// <summary>
    /// Half a unit in the last place of a float64, relative. A rate is at most eight operations, whose values are at
    /// most 1 after the peak is divided out (half-lives past enter through x·2^-x, at most 0.54), and each rounds once.
    /// </summary>
    private const double Rounding = 8 * 1.1102230246251565e-16;

    [Fact]
    public void The_rate_of_every_step_is_that_of_the_formulas_but_for_float64_rounding()
    {
        using var golden = GoldenFile.Open("schedules");
        var schedules = SchedulesOf(golden);
        Assert.Equal(
            [DecayShape.Exponential, DecayShape.Linear, DecayShape.OneMinusSqrt, DecayShape.Cosine],
            schedules.Select(schedule => schedule.Options.DecayShape).Distinct().Order());

        foreach (var schedule in schedules)
        {
            var options = schedule.Options;
            Assert.Equal(schedule.Rates.Count * options.TokenBatch, schedule.Schedule.TotalTokens);
            for (var step = 1; step <= schedule.Rates.Count; step++)
            {
                var (expected, found) = (schedule.Rates[step - 1], schedule.RateAt(step));
                Assert.True(
                    Math.Abs(found - expected) <= Rounding * options.LearningRate,
                    $"{schedule.Name}, step {step}: expected {expected:R}, found {found:R}");
            }
        }
    }

    [Theory]
    [InlineData("exponential")]
    [InlineData("linear")]
    [InlineData("1-sqrt")]
    [InlineData("cosine-decay")]
    [InlineData("cosine")]
    public void Five_steps_under_a_schedule_end_where_the_float64_reference_ends(string name)
    {
        using var golden = GoldenFile.Open("schedules");
        var schedule = SchedulesOf(golden).Single(schedule => schedule.Name == name);
        var facts = golden.Facts.GetProperty("optimizer");
        using var started = new GoldenModel(golden, KernelSet.Fused);
        var (model, flat) = (started.Model, started.Flat);
        var options = new OptimizerOptions
        {
            Beta1 = facts.GetProperty("beta1").GetDouble(),
            Beta2 = facts.GetProperty("beta2").GetDouble(),
            Epsilon = facts.GetProperty("epsilon").GetDouble(),
            WeightDecay = facts.GetProperty("weight_decay").GetDouble(),
            ClipNorm = facts.GetProperty("clip_norm").GetDouble(),
        };
        using var adam = flat.NewAdamW(options, model.Shape.ScaleWidth);
        using var scope = NewDisposeScope();
        var (losses, norms) = (new double[5], new double[5]);

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
            adam.Update(step + 1, schedule.RateAt(step + 1), GradientNorm.ClipScale(norms[step], options.ClipNorm));
        }

        golden.RequireClose(name + ".losses", tensor(losses));
        golden.RequireClose(name + ".gradient_norms", tensor(norms));
        foreach (var (parameterName, parameter) in model.named_parameters())
            golden.RequireClose($"{name}.final.{parameterName}", parameter.detach());
    }

    private static GoldenSchedule[] SchedulesOf(GoldenFile golden) =>
        [.. golden.Facts.GetProperty("schedules").EnumerateArray().Select(facts => new GoldenSchedule(facts))];
}
