using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Tests;

/// <summary>What a run's records say of the machine, made up.</summary>
internal static class SomeEnvironment
{
    public static RunEnvironment Of(int worldSize = 1, string cpu = "a CPU") =>
        new(worldSize, "ATen 1, BLAS 1", "1", "tensors", "libtorch", "SIMD", "BLAS", "threads", cpu, ".NET");
}
