using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Graph;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class ExpertsParityTests
{
    /// <summary>The experts of the starting weights are all different: equal ones would hide a wrong router.</summary>
    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void Losses_counts_logits_and_every_gradient_of_two_micro_batches_agree_with_the_reference(
        KernelSet kernels)
    {
        using var golden = GoldenFile.Open("experts");
        using var started = new GoldenModel(golden, kernels);
        using var scope = NewDisposeScope();
        var (model, routers) = (started.Model, started.Model.Routers!);

        var counts = Counts(golden, started);
        Assert.Equal(golden["counts"].data<long>().ToArray(), counts.SelectMany(own => own));
        routers.Pull(counts);
        started.Flat.Gradients.Clear();
        double positions = golden.Facts.GetProperty("loss_positions").GetInt32();
        var (loss, measured) = (0.0, new double[3]);
        for (var i = 0; i < 2; i++)
        {
            Tensor sum;
            using (routers.Watch())
                sum = model.LossSum(golden["input_ids"][i], golden["targets"][i], gradientFactor: 1 / positions);
            BackwardPass.Run(sum / positions);
            loss += sum.item<double>() / positions;
            var parts = new double[3];
            routers.CopyTo(parts, 1);
            measured = [.. measured.Zip(parts, (all, part) => all + part)];
        }

        golden.RequireClose("loss", tensor(loss));
        golden.RequireClose("balance_loss", tensor(measured[0]));
        golden.RequireClose("router_z_loss", tensor(measured[2]));
        foreach (var (name, parameter) in model.named_parameters())
            golden.RequireClose("gradient." + name, parameter.grad!);
        using var frozen = no_grad();
        golden.RequireClose(
            "logits", stack([model.Logits(golden["input_ids"][0]), model.Logits(golden["input_ids"][1])]));
    }

    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void Counting_before_a_step_and_the_step_itself_send_tokens_to_the_same_experts(KernelSet kernels)
    {
        using var golden = GoldenFile.Open("experts");
        using var started = new GoldenModel(golden, kernels);
        using var scope = NewDisposeScope();
        long[][] found = [[], []];

        for (var i = 0; i < 2; i++)
        {
            using var mode = set_grad_enabled(i == 1);
            using var watch = started.Model.Routers!.Watch();
            started.Model.LossSum(golden["input_ids"][0], golden["targets"][0]);
            found[i] = [.. started.Model.Routers.Layers.SelectMany(layer => layer.Sums.Counts)];
        }

        Assert.Equal(found[0], found[1]);
    }

    private static long[][] Counts(GoldenFile golden, GoldenModel started)
    {
        using var frozen = no_grad();
        using var watch = started.Model.Routers!.Watch();
        for (var i = 0; i < 2; i++)
            started.Model.Rows(golden["input_ids"][i], null);
        return [.. started.Model.Routers.Layers.Select(layer => layer.Sums.Counts.ToArray())];
    }
}
