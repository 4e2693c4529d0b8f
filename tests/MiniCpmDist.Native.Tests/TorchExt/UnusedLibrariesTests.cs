using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.Tests.TorchExt;

public sealed class UnusedLibrariesTests
{
    [Fact]
    public void What_libtorch_asks_for_and_takes_nothing_from_is_not_in_memory()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "unused");
        var names = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.so.*").Select(file => Path.GetFileName(file)).ToArray()
            : [];
        Assert.SkipWhen(names.Length == 0, "this libtorch asks for nothing in vain");
        Assert.NotEmpty(LibTorchInfo.Version);

        var mapped = File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .Where(path => path.StartsWith('/') && !path.StartsWith(folder, StringComparison.Ordinal))
            .Select(path => Path.GetFileName(path))
            .ToHashSet();
        Assert.DoesNotContain(mapped, file => names.Any(name => file.StartsWith(name, StringComparison.Ordinal)));
    }
}
