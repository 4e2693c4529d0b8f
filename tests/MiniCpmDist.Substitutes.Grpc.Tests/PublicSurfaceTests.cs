using Grpc.Core;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

public class PublicSurfaceTests
{
    [Fact]
    public void Every_public_member_is_one_of_the_packages()
    {
        var assembly = typeof(Status).Assembly;
        Assert.SkipUnless(
            assembly.GetName().Name == "MiniCpmDist.Substitutes.Grpc",
            "Built with -p:RpcLibrary=Package: the packages themselves.");
        var packages = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "api-used.txt"))
            .Where(line => !line.StartsWith('#'))
            .ToHashSet();

        var ours = PublicSurface.Of(assembly).ToHashSet();

        Assert.Empty(ours.Except(packages));
        // The other way round keeps the file honest: it lists what is here, not what once was.
        Assert.Empty(packages.Except(ours));
    }
}
