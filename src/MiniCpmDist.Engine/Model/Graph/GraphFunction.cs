using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Graph;

/// <summary>
/// A function of the model's own in the graph of derivatives. It keeps three promises that TorchSharp does not: an
/// exception in <see cref="Back"/> comes out of <see cref="BackwardPass.Run"/> instead of ending the process; what
/// TorchSharp makes besides (an empty tensor as large as each result, wrappers of saved tensors) is let go of at once;
/// and neither what was saved nor the gradients that a function returns live longer than they are needed. So a graph
/// can be walked back once.
/// </summary>
internal abstract class GraphFunction<TSelf> : autograd.SingleTensorFunction<TSelf>
    where TSelf : GraphFunction<TSelf>, new()
{
    private const string Walked = "walked";

    public sealed override string Name => typeof(TSelf).Name;

    /// <summary>The result of <see cref="Forward"/>, which the graph knows how to go back through.</summary>
    /// <param name="vars">
    /// Tensors that gradients may go to, and anything else that <see cref="Forward"/> takes.
    /// </param>
    public static new Tensor apply(params object[] vars)
    {
        using var scope = NewDisposeScope();
        return autograd.SingleTensorFunction<TSelf>.apply(vars).MoveToOuterDisposeScope();
    }

    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        // Without a gradient, as after an exception, nothing is made up.
        ctx.set_materialize_grads(false);
        ctx.save_data(nameof(BackwardPass), BackwardPass.OfThread);
        return Forward(ctx, vars);
    }

    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var pass = (BackwardPass)ctx.get_data(nameof(BackwardPass));
        pass.ReleaseReturned();
        using (grad_output)
        {
            if (pass.HasFailed || grad_output.IsInvalid)
                return pass.Return([.. Enumerable.Repeat<Tensor>(null!, Inputs)]);
            try
            {
                if (ctx.get_data(Walked) is not null)
                {
                    throw new InvalidOperationException(
                        $"Expected to walk back through {Name} once, found a second time.");
                }
                ctx.save_data(Walked, Walked);
                using var scope = NewDisposeScope();
                var gradients = Back(ctx, grad_output);
                foreach (var gradient in gradients)
                    gradient?.DetachFromDisposeScope();
                return pass.Return(gradients);
            }
#pragma warning disable CA1031 // whatever it is: past this method it would end the process
            catch (Exception exception)
#pragma warning restore CA1031
            {
                pass.Fail(exception);
                return pass.Return([.. Enumerable.Repeat<Tensor>(null!, Inputs)]);
            }
            finally
            {
                // libtorch would keep what was saved until the whole graph goes.
                ctx.Dispose();
            }
        }
    }

    /// <summary>Number of arguments, tensors and others.</summary>
    protected abstract int Inputs { get; }

    /// <summary>As TorchSharp's <c>forward</c>; what is left in the scope is disposed.</summary>
    protected abstract Tensor Forward(autograd.AutogradContext ctx, object[] vars);

    /// <summary>
    /// As TorchSharp's <c>backward</c>: one gradient for each argument, null where there is none. The incoming gradient
    /// and what is left in the scope are disposed afterwards.
    /// </summary>
    protected abstract List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient);
}
