using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Gradients of leaves and the way to them.
    public partial class Tensor
    {
        public bool requires_grad
        {
            get
            {
                NativeMethods.mcd_torch_tensor_requires_grad_get(Native, out var result);
                return result != 0;
            }
            set => NativeMethods.mcd_torch_tensor_requires_grad_set(Native, value ? 1 : 0);
        }

        public bool is_leaf
        {
            get
            {
                NativeMethods.mcd_torch_tensor_is_leaf(Native, out var result);
                return result != 0;
            }
        }

        /// <summary>
        /// The accumulated gradient. Each read makes a new object: dispose it. A view that is assigned stays the memory
        /// in which the backward pass accumulates.
        /// </summary>
        public Tensor? grad
        {
            get
            {
                NativeMethods.mcd_torch_tensor_grad_get(Native, out var result);
                return result.IsInvalid ? null : new Tensor(result);
            }
            set => NativeMethods.mcd_torch_tensor_grad_set(Native, Optional(value));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad() => NativeMethods.mcd_torch_tensor_retain_grad(Native);

        public Tensor detach()
        {
            NativeMethods.mcd_torch_tensor_detach(Native, out var result);
            return new Tensor(result);
        }

        public Tensor detach_()
        {
            NativeMethods.mcd_torch_tensor_detach_(Native);
            return this;
        }

        /// <summary>
        /// Computes the gradients of this scalar with respect to the leaves and adds them to their <see cref="grad"/>.
        /// An exception in a custom function's backward comes back as an ExternalException with that one inside.
        /// </summary>
        public void backward() => autograd.backward(this, (IList<Tensor>?)null!);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            autograd.backward(this, grad_tensors!, retain_graph, create_graph, inputs!);
    }
}
