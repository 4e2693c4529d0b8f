using System.IO.Compression;
using System.Security.Cryptography;

namespace MiniCpmDist.Engine.Tests.LibTorch;

/// <summary>
/// Programs have links to NuGet's files beside them, and one file may be a changed copy: none of it may reach back.
/// </summary>
public class PackageTests
{
    [Theory]
    [InlineData("torchsharp", "0.107.0")]
    [InlineData("mpi.net", "1.4.0")]
    public void NuGets_folder_holds_what_came_in_the_package(string name, string version)
    {
        var root = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var folder = Path.Combine(root, name, version);
        Assert.SkipUnless(Directory.Exists(folder), $"no {folder}");

        using var package = ZipFile.OpenRead(Path.Combine(folder, $"{name}.{version}.nupkg"));
        var libraries = package.Entries.Where(entry => Path.GetExtension(entry.Name) is ".dll" or ".so").ToArray();

        Assert.NotEmpty(libraries);
        foreach (var library in libraries)
        {
            using var packed = library.Open();
            using var unpacked = File.OpenRead(Path.Combine(folder, library.FullName));
            Assert.Equal(SHA256.HashData(packed), SHA256.HashData(unpacked));
        }
    }
}
