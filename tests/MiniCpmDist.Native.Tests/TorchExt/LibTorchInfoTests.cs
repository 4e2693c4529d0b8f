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
}
