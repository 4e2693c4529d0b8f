using System.Diagnostics;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

/// <summary>The system's Python, for which Debian packages grpcio.</summary>
internal static class Python
{
    private const string Interpreter = "/usr/bin/python3";

    public static void RequireGrpcio()
    {
        Assert.SkipUnless(File.Exists(Interpreter), $"{Interpreter} is not there: apt-get install python3-grpcio");
        using var probe = Process.Start(new ProcessStartInfo(Interpreter, ["-c", "import grpc"])
        {
            RedirectStandardError = true,
        })!;
        probe.StandardError.ReadToEnd();
        probe.WaitForExit();
        Assert.SkipUnless(probe.ExitCode == 0, "grpcio is not there: apt-get install python3-grpcio");
    }

    /// <summary>A script that runs until its input ends, at the latest with the test.</summary>
    public static PythonProcess Start(string script, params string[] arguments) => new(new ProcessStartInfo(
        Interpreter, [Path.Combine(AppContext.BaseDirectory, script), .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    });

    /// <summary>Runs a script and gives its lines of the form <c>NAME: TEXT</c>.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> RunAsync(string script, params string[] arguments)
    {
        using var process = Start(script, arguments);
        var faults = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        Assert.True(output.Contains("metadata:", StringComparison.Ordinal), $"{output}\n{await faults}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);
    }
}
