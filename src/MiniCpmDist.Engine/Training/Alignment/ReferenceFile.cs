using System.Runtime.InteropServices;
using System.Text;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Engine.Training.Alignment;

/// <summary>
/// The reference's log-probabilities of a split as a file: a line with the key of what they were computed from, and
/// float32 values, little-endian, one for each answer.
/// </summary>
internal static class ReferenceFile
{
    /// <summary>The values of a file with this key; null where it has another key or is not whole.</summary>
    public static float[]? Read(string path, string key, long count)
    {
        if (!File.Exists(path))
            return null;
        var header = Header(key);
        var length = header.Length + count * sizeof(float);
        if (new FileInfo(path).Length != length)
            return null;
        var bytes = InputFile.ReadBytes(path, int.MaxValue);
        return bytes.AsSpan().StartsWith(header)
            ? MemoryMarshal.Cast<byte, float>(bytes.AsSpan(header.Length)).ToArray()
            : null;
    }

    public static void Write(string path, string key, float[] values) =>
        SyncedFile.Write(path, [.. Header(key), .. MemoryMarshal.AsBytes(values.AsSpan())]);

    private static byte[] Header(string key) => Encoding.UTF8.GetBytes($"minicpm reference 1 {key}\n");
}
