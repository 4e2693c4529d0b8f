using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_generator_default_seed(ulong seed);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_generator_create(ulong seed, out GeneratorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_generator_default(out GeneratorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_generator_seed(GeneratorHandle generator, ulong seed);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_generator_current_seed(GeneratorHandle generator, out ulong result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_generator_get_state(GeneratorHandle generator, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_generator_set_state(GeneratorHandle generator, TensorHandle state);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_normal_(TensorHandle self, double mean, double std,
        GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_uniform_(TensorHandle self, double low, double high,
        GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_random_(TensorHandle self, long low, long high,
        GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bernoulli_(TensorHandle self, double p, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_multinomial(TensorHandle self, long samples, int replacement,
        GeneratorHandle generator, out TensorHandle result);
}
