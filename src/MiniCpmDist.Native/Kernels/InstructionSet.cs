using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.Kernels;

/// <summary>
/// Which vectors the kernels of the model's parts use. It is part of their bits; the widest set of the processor is
/// picked by itself.
/// </summary>
public static class InstructionSet
{
    /// <summary>All that the kernels can be compiled for, the widest first; a processor may lack some.</summary>
    public static IReadOnlyList<string> Names { get; } = ["avx512", "avx2", "baseline"];

    /// <summary>The one in use.</summary>
    public static string Current => Marshal.PtrToStringUTF8(Interop.mcd_kernels_instruction_set()) ?? "unknown";

    /// <summary>
    /// Uses another one from now on, in the whole process: for tests and measurements, while no kernel runs.
    /// </summary>
    /// <exception cref="Loading.NativeException">The processor does not have it.</exception>
    public static void Use(string name) => Interop.mcd_kernels_instruction_set_use(name);
}
