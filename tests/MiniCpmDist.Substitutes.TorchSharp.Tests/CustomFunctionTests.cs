using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

public class CustomFunctionTests : NativeCounts
{
    [Fact]
    public void Backward_of_a_custom_function_gets_what_forward_saved()
    {
        using var _ = NewDisposeScope();
        var x = tensor(new float[] { 2, 3 }, requires_grad: true);
        var scale = tensor(new float[] { 4, 5 }, requires_grad: true);
        var y = ScaledSquare.apply(x, "not a tensor", scale);
        y.AssertIs([16, 45], 2);
        Assert.False(y.is_leaf);
        y.sum().backward();
        x.grad!.AssertIs([16, 30], 2);
        scale.grad!.AssertIs([4, 9], 2);
    }

    [Fact]
    public void Nothing_is_recorded_where_no_gradient_is_wanted()
    {
        using var _ = NewDisposeScope();
        Assert.False(ScaledSquare.apply(ones(2), "", ones(2)).requires_grad);
        using (no_grad())
            Assert.False(ScaledSquare.apply(ones(2, requires_grad: true), "", ones(2)).requires_grad);
    }

    [Fact]
    public void A_function_of_several_results_gets_a_gradient_for_each()
    {
        using var _ = NewDisposeScope();
        var x = tensor(new float[] { 1, 2 }, requires_grad: true);
        var parts = DoubleAndTriple.apply(x);
        (parts[0] + parts[1] * 10).sum().backward();
        x.grad!.AssertIs([32f, 32], 2);
        // Only one of the two used: the other's gradient is materialised as zeros.
        using var again = ones(1, requires_grad: true);
        DoubleAndTriple.apply(again)[1].sum().backward();
        again.grad!.AssertIs([3f], 1);
    }

    [Fact]
    public void An_identity_on_a_parameter_sees_its_gradient_before_it_is_accumulated()
    {
        using var _ = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        Spy.Seen.Clear();
        var seenAs = Spy.apply(x, "x");
        (seenAs * 3 + seenAs).sum().backward();
        Assert.Equal(["x: 4"], Spy.Seen);
        x.grad!.AssertIs([4f, 4], 2);
    }

    [Fact]
    public void An_exception_in_backward_comes_back_from_backward()
    {
        using var _ = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var thrown = Assert.ThrowsAny<ExternalException>(() => Failing.apply(x).sum().backward());
        Assert.IsType<InvalidOperationException>(thrown.InnerException);
        Assert.Equal("the function is tired", thrown.InnerException.Message);
        // And the engine is none the worse for it.
        (x * 2).sum().backward();
        x.grad!.AssertIs([2f, 2], 2);
    }

    [Fact]
    public void An_exception_in_forward_is_simply_thrown()
    {
        using var _ = NewDisposeScope();
        Assert.Throws<InvalidCastException>(() => ScaledSquare.apply(ones(2), "", "no scale"));
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Too_few_gradients_are_an_exception()
    {
        using var _ = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        Assert.ThrowsAny<ExternalException>(() => Forgetful.apply(x, x).sum().backward());
    }

    [Fact]
    public void A_function_may_run_a_backward_pass_of_its_own()
    {
        using var _ = NewDisposeScope();
        var x = tensor(new float[] { 3 }, requires_grad: true);
        Recomputed.apply(x).sum().backward();
        x.grad!.AssertIs([27f], 1);
    }

    [Fact]
    public void A_graph_that_is_never_used_is_freed_with_its_result()
    {
        // The base class counts: no scope here, and nothing but the tensors themselves to dispose.
        using var x = ones(2, requires_grad: true);
        using var scale = ones(2);
        using var y = ScaledSquare.apply(x, "", scale);
        Assert.True(y.requires_grad);
    }

    private sealed class ScaledSquare : autograd.SingleTensorFunction<ScaledSquare>
    {
        public override string Name => nameof(ScaledSquare);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, scale) = ((Tensor)vars[0], (Tensor)vars[2]);
            Assert.False(is_grad_enabled());
            ctx.save_for_backward([x, scale]);
            ctx.save_data("power", x.square());
            return x.square() * scale;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            return [grad_output * 2 * saved[0] * saved[1], null!, grad_output * (Tensor)ctx.get_data("power")];
        }
    }

    private sealed class DoubleAndTriple : autograd.MultiTensorFunction<DoubleAndTriple>
    {
        public override string Name => nameof(DoubleAndTriple);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars) =>
            [(Tensor)vars[0] * 2, (Tensor)vars[0] * 3];

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) =>
            [grad_outputs[0] * 2 + grad_outputs[1] * 3];
    }

    private sealed class Spy : autograd.SingleTensorFunction<Spy>
    {
        public static readonly List<string> Seen = [];

        public override string Name => nameof(Spy);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("name", vars[1]);
            return ((Tensor)vars[0]).alias();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            Seen.Add($"{ctx.get_data("name")}: {grad_output[0].ToInt32()}");
            return [grad_output, null!];
        }
    }

    private sealed class Failing : autograd.SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            throw new InvalidOperationException("the function is tired");
    }

    private sealed class Forgetful : autograd.SingleTensorFunction<Forgetful>
    {
        public override string Name => nameof(Forgetful);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) =>
            (Tensor)vars[0] + (Tensor)vars[1];

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output];
    }

    private sealed class Recomputed : autograd.SingleTensorFunction<Recomputed>
    {
        public override string Name => nameof(Recomputed);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0]]);
            return ((Tensor)vars[0]).pow(3);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var _ = enable_grad();
            var x = ctx.get_saved_variables()[0].detach().requires_grad_();
            x.pow(3).sum().backward();
            return [x.grad! * grad_output];
        }
    }
}
