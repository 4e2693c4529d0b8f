using MiniCpmDist.Cli.Launching;

namespace MiniCpmDist.Cli.Tests.Hosting;

public sealed class StartersTests
{
    [Theory]
    [InlineData("minicpm launch:11@here;launch/mpirun:12@here", "launch/mpirun (process 12) is gone")]
    [InlineData("launch/mpirun:12@here;minicpm launch:14@here",
        "launch/mpirun (process 12) and minicpm launch (process 14) are gone")]
    [InlineData("launch/mpirun:12@elsewhere", null)]
    [InlineData("minicpm launch:11@here", null)]
    [InlineData("launch/mpirun:twelve@here;;nobody", null)]
    [InlineData(null, null)]
    public void Only_starters_of_this_host_that_are_gone_are_named(string? starters, string? expected) =>
        Assert.Equal(expected, Starters.Gone(starters, "here", process => process == 11));
}
