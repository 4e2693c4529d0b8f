using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

/// <summary>Owns one heap <c>at::Generator</c>.</summary>
internal sealed class GeneratorHandle : SafeNativeHandle
{
    /// <summary>Stands for "the process-wide generator of the CPU".</summary>
    public static readonly GeneratorHandle None = new();

    public GeneratorHandle() { }

    protected override bool ReleaseHandle() => NativeMethods.mcd_torch_generator_release_unchecked(handle) == 0;
}
