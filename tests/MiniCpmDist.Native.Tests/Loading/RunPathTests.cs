using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Native.Tests.Loading;

/// <summary>
/// Where our libraries have the system look for what they need: on the machine that they are installed on, the folder
/// that they were built in is anybody's.
/// </summary>
public sealed partial class RunPathTests
{
    public static TheoryData<string> Libraries { get; } =
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "libmcd_*.so").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_is_looked_for_beside_the_one_that_needs_it_and_never_where_it_was_built(string library)
    {
        var places = RunPath().Match(Read(Path.Combine(AppContext.BaseDirectory, library))).Groups[1].Value.Split(':');

        Assert.Equal("$ORIGIN", places[0]);
        // An MPI that lies apart, as Debian's does.
        Assert.All(places[1..], place => Assert.True(
            place.StartsWith('/') && !place.Contains("/artifacts", StringComparison.Ordinal), place));
        Assert.All(places[1..], place => Assert.False(
            AppContext.BaseDirectory.StartsWith(place, StringComparison.Ordinal), place));
    }

    private static string Read(string library)
    {
        var start = new ProcessStartInfo("readelf", ["-d", library]) { RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        catch (Win32Exception)
        {
            Assert.Skip("there is no readelf here");
            throw;
        }
    }

    [GeneratedRegex(@"\(R(?:UN)?PATH\).*\[(.*)\]")]
    private static partial Regex RunPath();
}
