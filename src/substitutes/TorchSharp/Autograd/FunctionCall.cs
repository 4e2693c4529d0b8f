using System.Runtime.InteropServices;
using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// One application of a custom function. The node in the graph holds it through a GCHandle and lets go when it dies; it
/// holds nothing of the graph in return, so there is no cycle that a collector would have to find.
/// </summary>
internal sealed class FunctionCall : IDisposable
{
    private readonly autograd.IFunction _function;
    private readonly autograd.AutogradContext _context = new();
    private readonly int _argumentCount;
    private readonly int[] _tensorPositions;

    private FunctionCall(autograd.IFunction function, object[] arguments)
    {
        _function = function;
        _argumentCount = arguments.Length;
        _tensorPositions = [.. Enumerable.Range(0, arguments.Length).Where(i => arguments[i] is Tensor)];
    }

    public static unsafe List<Tensor> Apply(autograd.IFunction function, object[] arguments)
    {
        var call = new FunctionCall(function, arguments);
        IntPtr[] wrapped;
        using (NewDisposeScope())
        {
            var outputs = call.Forward(arguments);
            wrapped = call.Wrap(Array.ConvertAll(call._tensorPositions, i => (Tensor)arguments[i]), outputs);
            call._context.ForgetForward();
        }
        return [.. wrapped.Select(handle => new Tensor(new TensorHandle(handle)))];
    }

    private List<Tensor> Forward(object[] arguments)
    {
        try
        {
            using var _ = no_grad();
            return _function.Forward(_context, arguments);
        }
        catch
        {
            // No node will ever do it.
            Dispose();
            throw;
        }
    }

    private unsafe IntPtr[] Wrap(Tensor[] inputs, List<Tensor> outputs)
    {
        using var inputHandles = new TensorHandles(inputs);
        using var outputHandles = new TensorHandles([.. outputs]);
        using var saved = new TensorHandles([.. _context.ToSave]);
        using var dirty = new TensorHandles([.. _context.Dirty]);
        using var fixedOutputs = new TensorHandles([.. _context.NonDifferentiable]);
        var callbacks = new NativeFunctionCallbacks { Backward = &OnBackward, Release = &OnRelease };
        var result = new IntPtr[outputs.Count];
        fixed (IntPtr* i = inputHandles.Pointers, o = outputHandles.Pointers, s = saved.Pointers, d = dirty.Pointers,
               f = fixedOutputs.Pointers)
        {
            // From here the node owns the handle; it frees it also when the call fails.
            var self = GCHandle.ToIntPtr(GCHandle.Alloc(this));
            NativeMethods.mcd_torch_function_wrap(new(i, inputHandles.Count), new(o, outputHandles.Count),
                new(s, saved.Count), new(d, dirty.Count), new(f, fixedOutputs.Count), _context.MaterializeGrads ? 1 : 0,
                callbacks, self, result);
        }
        return result;
    }

    [UnmanagedCallersOnly]
    private static unsafe long OnBackward(IntPtr self, IntPtr node, IntPtr sink, IntPtr* grads, int count)
    {
        try
        {
            // First of all into objects that a scope owns, so that no path leaks the handles.
            using var scope = NewDisposeScope();
            var outputs = new List<Tensor>(count);
            for (var i = 0; i < count; i++)
                outputs.Add(grads[i] == IntPtr.Zero ? null! : new Tensor(new TensorHandle(grads[i])));
            ((FunctionCall)GCHandle.FromIntPtr(self).Target!).Backward(node, sink, outputs);
            return 0;
        }
        catch (Exception e)
        {
            return CallerFailures.Keep(e);
        }
    }

    [UnmanagedCallersOnly]
    private static void OnRelease(IntPtr self)
    {
        var handle = GCHandle.FromIntPtr(self);
        ((FunctionCall)handle.Target!).Dispose();
        handle.Free();
    }

    public void Dispose() => _context.Dispose();

    private void Backward(IntPtr node, IntPtr sink, List<Tensor> outputs)
    {
        _context.Enter(node);
        try
        {
            var grads = _function.Backward(_context, outputs);
            for (var i = 0; i < _tensorPositions.Length; i++)
            {
                if (PositionOf(i, grads.Count) is var position && grads[position] is { } grad)
                    NativeMethods.mcd_torch_function_return(sink, i, grad.Native);
            }
        }
        finally
        {
            _context.Leave();
        }
    }

    /// <summary>Where the gradient of the i-th tensor argument is: the list is as long as the arguments, or as the
    /// tensors.</summary>
    private int PositionOf(int tensor, int gradCount)
    {
        if (gradCount == _argumentCount)
            return _tensorPositions[tensor];
        if (gradCount == _tensorPositions.Length)
            return tensor;
        throw new InvalidOperationException(
            $"Expected {_argumentCount} gradients from backward, one for each argument of forward, found {gradCount}.");
    }
}
