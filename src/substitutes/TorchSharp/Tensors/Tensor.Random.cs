using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Draws; without a generator from the process-wide one that manual_seed seeds.
    public partial class Tensor
    {
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null)
        {
            NativeMethods.mcd_torch_tensor_normal_(Native, mean, std, Optional(generator));
            return this;
        }

        public Tensor uniform_(double @from, double to, Generator? generator = null)
        {
            NativeMethods.mcd_torch_tensor_uniform_(Native, @from, to, Optional(generator));
            return this;
        }

        /// <summary>Whole numbers from <paramref name="from"/> up to but without <paramref name="to"/>.</summary>
        public Tensor random_(double @from, double to, Generator? generator = null)
        {
            NativeMethods.mcd_torch_tensor_random_(Native, (long)@from, (long)to, Optional(generator));
            return this;
        }

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null)
        {
            NativeMethods.mcd_torch_tensor_bernoulli_(Native, p, Optional(generator));
            return this;
        }

        /// <summary>Indices drawn with these weights: <c>[n]</c> gives <c>[samples]</c>, <c>[m, n]</c> gives <c>[m,
        /// samples]</c>.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null)
        {
            NativeMethods.mcd_torch_tensor_multinomial(Native, num_samples, replacement ? 1 : 0, Optional(generator),
                out var result);
            return new Tensor(result);
        }
    }
}
