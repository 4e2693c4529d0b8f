using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.Native.Tests.Mpi;

public class MpiLaunchTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE", "2")]
    [InlineData("PMI_RANK", "0")]
    [InlineData("PMI_SIZE", "4")]
    [InlineData("PMIX_RANK", "1")]
    [InlineData("MPI_LOCALNRANKS", "2")]
    public void A_launchers_mark_is_recognized(string variable, string value) =>
        Assert.True(MpiLaunch.IsUnderLauncher(name => name == variable ? value : null));

    [Theory]
    [InlineData("PATH", "/usr/bin")]
    [InlineData("SLURM_PROCID", "0")]
    [InlineData("OMPI_MCA_btl", "tcp,self")]
    [InlineData("PMI_RANK", "")]
    public void Anything_else_is_no_launcher(string variable, string value) =>
        Assert.False(MpiLaunch.IsUnderLauncher(name => name == variable ? value : null));
}
