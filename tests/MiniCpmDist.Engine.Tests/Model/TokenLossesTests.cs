using MiniCpmDist.Engine.Model.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class TokenLossesTests
{
    private static readonly int[] s_lengths = [5, 15, 19, 1];

    [Fact]
    public void Token_losses_are_the_cross_entropies_of_the_logits_add_up_to_the_sum_and_are_0_without_a_target()
    {
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(ScalarType.Float32);
        var (ids, targets) = Batch();
        var losses = full(ids.shape, -1, ScalarType.Float32);

        var sum = model.LossSum(ids, targets, s_lengths, losses);

        using var frozen = no_grad();
        var shares = model.Logits(ids, s_lengths).to(ScalarType.Float64).log_softmax(-1);
        var expected = -shares.gather(-1, targets.clamp(min: 0L).unsqueeze(-1)).squeeze(-1);
        var ignored = targets.lt(0.ToScalar());
        Assert.True(losses.to(ScalarType.Float64).allclose(expected.masked_fill(ignored, 0), rtol: 1e-5, atol: 1e-6));
        Assert.Equal(0, losses.masked_select(ignored).abs().sum().item<float>());
        Assert.Equal(losses.to(ScalarType.Float64).sum().item<double>(), sum.item<double>());
    }

    [Fact]
    public void Asking_for_token_losses_changes_no_bit_of_the_sum_or_of_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(ScalarType.Float32);
        var (ids, targets) = Batch();

        var (sum, gradients) = Run(null);
        var (sumBeside, gradientsBeside) = Run(zeros(ids.shape, ScalarType.Float32));

        Assert.Equal(sum, sumBeside);
        Assert.Equal(gradients, gradientsBeside);

        (double, float[][]) Run(Tensor? tokenLosses)
        {
            model.zero_grad();
            var loss = model.LossSum(ids, targets, s_lengths, tokenLosses);
            BackwardPass.Run(loss);
            return (loss.item<double>(), [.. model.parameters().Select(p => p.grad!.data<float>().ToArray())]);
        }
    }

    [Fact]
    public void A_buffer_of_another_shape_or_type_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = SmallModel.Create(ScalarType.Float32);
        var (ids, targets) = Batch();

        Assert.Contains(
            "[2, 20], found [40]",
            Assert.Throws<ArgumentException>(() => model.LossSum(ids, targets, s_lengths, zeros(40))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Float32, found Float64",
            Assert.Throws<ArgumentException>(
                () => model.LossSum(ids, targets, s_lengths, zeros(ids.shape, ScalarType.Float64))).Message,
            StringComparison.Ordinal);
    }

    private static (Tensor Ids, Tensor Targets) Batch()
    {
        var targets = SmallModel.RandomIds(2, 2, 20);
        targets[0, 3] = targets[1, 19] = -100;
        return (SmallModel.RandomIds(1, 2, 20), targets);
    }
}
