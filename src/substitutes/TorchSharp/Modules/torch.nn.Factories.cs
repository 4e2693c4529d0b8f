using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How a loss is made of its elements.</summary>
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        /// <inheritdoc cref="Modules.Parameter(Tensor, bool)"/>
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null,
            ScalarType? dtype = null) => new(inputSize, outputSize, hasBias, device, dtype);

        public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

        /// <summary>A table with standard normal values; the row at <paramref name="padding_idx"/> is zero and stays
        /// it.</summary>
        public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null,
            double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false,
            Device? device = null, ScalarType? dtype = null)
        {
            RefuseUnoffered(max_norm, sparse);
            var weight = new Parameter(randn([num_embeddings, embedding_dims], dtype, device));
            if (padding_idx is { } padding)
            {
                using var _ = no_grad();
                using var row = weight.select(0, padding);
                row.zero_();
            }
            return new Embedding(weight, padding_idx, scale_grad_by_freq);
        }

        /// <summary>A table with the given rows, which it takes over.</summary>
        public static Embedding Embedding_from_pretrained(Tensor embeddings, bool freeze = true,
            long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false,
            bool sparse = false,
            Device? device = null, ScalarType? dtype = null)
        {
            RefuseUnoffered(max_norm, sparse);
            var rows = embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device);
            return new Embedding(new Parameter(rows, !freeze), padding_idx, scale_grad_by_freq);
        }

        public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

        public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);

        private static void RefuseUnoffered(double? max_norm, bool sparse)
        {
            if (max_norm is not null || sparse)
                throw new NotSupportedException("Expected an embedding with max_norm: null and sparse: false.");
        }
    }
}
