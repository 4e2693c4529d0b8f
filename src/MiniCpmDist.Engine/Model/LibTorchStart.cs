using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Model;

/// <summary>What has to be settled before libtorch computes anything, whoever begins.</summary>
internal static class LibTorchStart
{
    /// <summary>
    /// MKL reads its settings at its first product and never again. A program, a test and a tool all come through here
    /// before they can call anything of this assembly.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "No call that users must not forget would come early enough.")]
    internal static void FixOrderOfProducts() => ProductOrder.Fix();
}
