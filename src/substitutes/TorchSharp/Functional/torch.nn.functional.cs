using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Layers without a state.</summary>
        public static partial class functional
        {
            /// <summary><c>x Wᵀ + b</c> over the last dimension; weights <c>[out, in]</c>, bias <c>[out]</c>.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null)
            {
                NativeMethods.mcd_torch_tensor_linear(input.Native, weights.Native, Tensor.Optional(bias),
                    out var result);
                return new Tensor(result);
            }

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();

            /// <summary><c>x · sigmoid(x)</c>.</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_().alias() : x.silu();

            /// <summary>The exact form, with the error function.</summary>
            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            /// <summary>
            /// The negative log-likelihood of class ids (int64) under logits: <c>[n, classes]</c> and <c>[n]</c>, or
            /// with more dimensions after the classes. Targets equal to <paramref name="ignore_index"/> count for
            /// nothing.
            /// </summary>
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null,
                long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0)
            {
                NativeMethods.mcd_torch_tensor_cross_entropy(input.Native, target.Native, Tensor.Optional(weight),
                    (long)reduction, ignore_index, label_smoothing, out var result);
                return new Tensor(result);
            }
        }
    }
}
