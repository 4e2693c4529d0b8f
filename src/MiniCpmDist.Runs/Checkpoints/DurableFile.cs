using System.Security.Cryptography;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>Writes files that are on the disk, and hashed, when the call returns.</summary>
public static class DurableFile
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Writes <paramref name="name"/> in <paramref name="folder"/> and returns its manifest entry.</summary>
    public static ManifestFile Write(string folder, string name, Action<Stream> write)
    {
        var path = Path.Combine(folder, name);
        using (var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        return Describe(folder, name);
    }

    /// <summary>Size and SHA-256 of a file as it lies on the disk.</summary>
    public static ManifestFile Describe(string folder, string name)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = DirectReader.Read(Path.Combine(folder, name), hash.AppendData);
        return new ManifestFile(name, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
