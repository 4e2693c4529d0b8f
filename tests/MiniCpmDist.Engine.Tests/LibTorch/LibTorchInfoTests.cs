using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Tests.LibTorch;

public class LibTorchInfoTests
{
    [Fact]
    public void The_version_is_that_of_the_libtorch_that_TorchSharp_was_built_with() =>
        Assert.Equal(new Version(2, 10, 0), Version.Parse(LibTorchInfo.Version));

    [Fact]
    public void The_processors_instruction_set_is_known() =>
        Assert.DoesNotContain(LibTorchInfo.CpuCapability, new[] { "", "unknown" });

    [Fact]
    public void The_BLAS_is_told_with_its_version_and_the_order_in_which_it_adds() =>
        Assert.Matches(@"^oneMKL \d{4}\.\d+ \((AUTO|AVX512,STRICT)\)$", LibTorchInfo.Blas);

    /// <summary>
    /// Two of them would share nothing but a name: threads that are set in one are not set in the other.
    /// </summary>
    [Fact]
    public void One_OpenMP_is_in_the_process_and_it_is_libtorchs()
    {
        _ = LibTorchInfo.Version;
        var loaded = File.ReadLines("/proc/self/maps")
            .Select(line => line.Split(' ')[^1])
            .Where(path => Path.GetFileName(path).StartsWith("libgomp", StringComparison.Ordinal))
            .Distinct();

        Assert.StartsWith(AppContext.BaseDirectory, Assert.Single(loaded), StringComparison.Ordinal);
    }
}
