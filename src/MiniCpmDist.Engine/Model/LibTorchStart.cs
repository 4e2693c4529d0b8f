using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Model;

/// <summary>Makes the settings that libtorch needs before it computes anything.</summary>
internal static class LibTorchStart
{
    private const string Library = "TorchSharp";

    /// <summary>
    /// MKL reads its settings at its first product and never again, so they are made when TorchSharp's assembly is
    /// loaded and nothing of it has run. A program that computes nothing does not load libtorch.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "No call that users must not forget would come early enough.")]
    internal static void FixOrderOfProducts()
    {
        if (AppDomain.CurrentDomain.GetAssemblies().Any(Is))
            MatMulOrder.Fix();
        else
            AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => FixIf(loaded.LoadedAssembly);
    }

    private static void FixIf(Assembly assembly)
    {
        if (Is(assembly))
            MatMulOrder.Fix();
    }

    private static bool Is(Assembly assembly) => assembly.GetName().Name == Library;
}
