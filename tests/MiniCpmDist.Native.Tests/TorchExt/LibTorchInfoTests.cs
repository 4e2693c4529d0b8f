using System.Runtime.Intrinsics.X86;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.Tests.TorchExt;

public class LibTorchInfoTests
{
    [Fact]
    public void The_version_is_a_version_of_1_13_or_later() =>
        Assert.True(Version.Parse(LibTorchInfo.Version.Split('+')[0]) >= new Version(1, 13));

    [Fact]
    public void The_processors_instruction_set_is_known() =>
        Assert.DoesNotContain(LibTorchInfo.CpuCapability, new[] { "", "unknown" });

    [Fact]
    public void OpenBLAS_says_which_kernels_it_picked_exactly_when_it_is_loaded()
    {
        var loaded = File.ReadAllText("/proc/self/maps").Contains("openblas", StringComparison.Ordinal);
        Assert.Equal(loaded, LibTorchInfo.BlasCore != "none");
    }

    /// <summary>OpenBLAS gives a CPU that it does not know the kernels of "Prescott", five times slower.</summary>
    [Fact]
    public void A_processor_with_AVX2_never_multiplies_with_kernels_made_before_it() =>
        Assert.False(Avx2.IsSupported && LibTorchInfo.BlasCore == "Prescott", "OpenBLAS fell back to Prescott");
}
