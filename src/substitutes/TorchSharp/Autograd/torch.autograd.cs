using MiniCpmDist.Native.Loading;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The backward pass.</summary>
    public static partial class autograd
    {
        // The listing has these lists as plain IList<Tensor> with a default of null, so that is how they are spelled.
#nullable disable annotations
        public static void backward(IList<Tensor> tensors, IList<Tensor> grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor> inputs = null)
#nullable restore annotations
        {
            using var roots = new TensorHandles([.. tensors]);
            using var seeds = new TensorHandles([.. grad_tensors ?? []]);
            using var leaves = new TensorHandles([.. inputs ?? []]);
            var failure = 0L;
            try
            {
                NativeMethods.mcd_torch_autograd_backward(roots.Pointers, roots.Count, seeds.Pointers, seeds.Count,
                    leaves.Pointers, leaves.Count, Flag(retain_graph), create_graph ? 1 : 0, ref failure);
            }
            catch (NativeException) when (failure != 0)
            {
                throw CallerFailures.Take(failure);
            }
        }

#nullable disable annotations
        public static void backward(Tensor tensor, IList<Tensor> grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor> inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor> inputs = null) => backward([tensor], [grad_tensor],
            retain_graph, create_graph, inputs);

        /// <summary>
        /// The gradients of the outputs with respect to the inputs, without touching anybody's grad. Null for an input
        /// that was not used, if <paramref name="allow_unused"/>.
        /// </summary>
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor> grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
#nullable restore annotations
        {
            using var roots = new TensorHandles([.. outputs]);
            using var leaves = new TensorHandles([.. inputs]);
            using var seeds = new TensorHandles([.. grad_outputs ?? []]);
            var found = new IntPtr[leaves.Count];
            var failure = 0L;
            try
            {
                NativeMethods.mcd_torch_autograd_grad(roots.Pointers, roots.Count, leaves.Pointers, leaves.Count,
                    seeds.Pointers, seeds.Count, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0,
                    ref failure, found);
            }
            catch (NativeException) when (failure != 0)
            {
                throw CallerFailures.Take(failure);
            }
            return Array.ConvertAll(found, handle =>
                handle == IntPtr.Zero ? null! : new Tensor(new TensorHandle(handle)));
        }

        private static int Flag(bool? value) => value is { } known ? (known ? 1 : 0) : -1;
    }
}
