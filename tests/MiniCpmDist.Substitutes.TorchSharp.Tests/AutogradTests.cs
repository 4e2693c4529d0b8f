using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

public class AutogradTests : NativeCounts
{
    [Fact]
    public void Backward_applies_the_chain_rule()
    {
        using var _ = NewDisposeScope();
        var x = tensor(new float[] { 0.5f, 2 }, requires_grad: true);
        (x.exp() * x).sum().backward();
        x.grad!.AssertIs([(float)(Math.Exp(0.5) * 1.5), (float)(Math.Exp(2) * 3)], 2);
    }

    [Fact]
    public void Backward_of_a_linear_layer_with_cross_entropy_matches_the_formula()
    {
        using var _ = NewDisposeScope();
        var x = tensor(new float[] { 1, 2 }, [1L, 2L]);
        var weight = zeros(3, 2, requires_grad: true);
        nn.functional.cross_entropy(nn.functional.linear(x, weight), tensor(new long[] { 1 })).backward();
        // Softmax of equal logits is 1/3; the target's row gets 1/3 - 1.
        weight.grad!.AssertIs([1 / 3f, 2 / 3f, -2 / 3f, -4 / 3f, 1 / 3f, 2 / 3f], 3, 2);
    }

    [Fact]
    public void Gradients_add_up_over_passes_until_they_are_forgotten()
    {
        using var _ = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        (x * 3).sum().backward();
        (x * 4).sum().backward();
        x.grad!.AssertIs([7f, 7], 2);
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void No_grad_records_nothing_and_restores_the_mode()
    {
        using var _ = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
                Assert.True((x * 2).requires_grad);
        }
        Assert.True(is_grad_enabled());
        Assert.True((x * 2).requires_grad);
        using (inference_mode())
            Assert.True(is_inference_mode_enabled());
        Assert.False(is_inference_mode_enabled());
        Assert.False(x.detach().requires_grad);
        Assert.True(x.is_leaf);
        Assert.False((x * 2).is_leaf);
    }

    [Fact]
    public void Backward_accumulates_in_place_into_a_grad_that_is_a_view_of_a_flat_buffer()
    {
        using var _ = NewDisposeScope();
        var flat = zeros(6);
        using var first = new Parameter(ones(2));
        using var second = new Parameter(ones(2, 2));
        first.grad = flat.narrow(0, 0, 2);
        second.grad = flat.narrow(0, 2, 4).view(2, 2);
        var before = flat.data<float>();
        ((first * 2).sum() + (second * 3).sum()).backward();
        ((first * 2).sum() + (second * 3).sum()).backward();
        flat.AssertIs([4, 4, 6, 6, 6, 6], 6);
        Assert.Equal([4f, 4, 6, 6, 6, 6], before.ToArray());
        Assert.Equal(0, first.grad!.storage_offset());
        Assert.Equal(2, second.grad!.storage_offset());
    }

    [Fact]
    public void A_parameter_can_be_rebound_onto_a_flat_buffer_and_stays_a_leaf()
    {
        using var _ = NewDisposeScope();
        var flat = arange(4, dtype: float32);
        using var parameter = new Parameter(zeros(2));
        using (no_grad())
            parameter.set_(flat.narrow(0, 2, 2));
        Assert.True(parameter.is_leaf);
        Assert.True(parameter.requires_grad);
        parameter.AssertIs([2f, 3], 2);
        using (no_grad())
            flat.mul_(10);
        parameter.AssertIs([20f, 30], 2);
        parameter.square().sum().backward();
        parameter.grad!.AssertIs([40f, 60], 2);
    }

    [Fact]
    public void Grad_returns_gradients_and_leaves_the_leaves_alone()
    {
        using var _ = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var unused = ones(2, requires_grad: true);
        var found = autograd.grad([(x * 5).sum()], [x, unused], allow_unused: true);
        found[0].AssertIs([5f, 5], 2);
        Assert.Null(found[1]);
        Assert.Null(x.grad);
        var seeded = autograd.grad([x * 5], [x], [tensor(new float[] { 1, 2 })]);
        seeded[0].AssertIs([5f, 10], 2);
    }

    [Fact]
    public void Backward_without_a_graph_is_an_exception()
    {
        using var _ = NewDisposeScope();
        Assert.ThrowsAny<ExternalException>(() => ones(2).sum().backward());
        var y = ones(2, requires_grad: true) * 2;
        Assert.ThrowsAny<ExternalException>(y.backward);
        y.backward([ones(2)]);
        Assert.ThrowsAny<ExternalException>(() => y.square().sum().backward(inputs: [ones(1)]));
    }
}
