using System.Security.Cryptography;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Files;

/// <summary>Writes files that are either complete or not there at all, even after a power failure.</summary>
public static class SyncedFile
{
    /// <summary>A name beside <paramref name="path"/> that no other process uses.</summary>
    public static string Temporary(string path) =>
        $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}{TemporarySuffix}";

    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes a small file.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = Temporary(path);
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        Publish(temporary, path);
    }

    /// <summary>Gives a synced file its name and replaces the file that had it.</summary>
    public static void Publish(string temporary, string path)
    {
        File.Move(temporary, path, overwrite: true);
        FolderSync.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>SHA-256 of a file, or of an object in a store, lower-case hex.</summary>
    public static string HashOf(string path)
    {
        using var file = StoredFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
