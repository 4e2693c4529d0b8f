using System.Globalization;
using System.Net;
using System.Text.Json;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// A file of targets as Prometheus finds them with <c>file_sd_configs</c>: ranks come and go, and take free ports where
/// theirs are taken.
/// </summary>
internal static class ScrapeTarget
{
    public static string FileName(int rank) =>
        string.Create(CultureInfo.InvariantCulture, $"scrape-rank{rank}.json");

    /// <param name="path">The file; replaced as a whole.</param>
    /// <param name="address">That is listened on.</param>
    /// <param name="port">The port.</param>
    public static void Write(string path, string address, int port)
    {
        var isAny = address == "*" || IPAddress.Any.Equals(IPAddress.Parse(address));
        var host = isAny ? Environment.MachineName
            : address.Contains(':', StringComparison.Ordinal) ? $"[{address}]"
            : address;
        var target = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        var partial = path + ".partial";
        File.WriteAllText(partial, JsonSerializer.Serialize(new[] { new { targets = new[] { target } } }) + "\n");
        File.Move(partial, path, overwrite: true);
    }
}
