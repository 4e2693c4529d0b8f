using System.Globalization;

namespace MiniCpmDist.Native.Loading;

/// <summary>This host's memory, as its kernel tells it.</summary>
/// <param name="AvailableBytes">What programs can still take without swapping.</param>
/// <param name="TotalBytes">All there is.</param>
internal sealed record HostMemory(long AvailableBytes, long TotalBytes)
{
    /// <summary>Reads the memory of this host; null where the system has no <c>/proc/meminfo</c>.</summary>
    public static HostMemory? Read()
    {
        try
        {
            var lines = File.ReadAllLines("/proc/meminfo");
            return new HostMemory(Bytes(lines, "MemAvailable:"), Bytes(lines, "MemTotal:"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static long Bytes(string[] lines, string name)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))
            ?? throw new FormatException($"Expected a line {name}");
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
            * 1024;
    }
}
