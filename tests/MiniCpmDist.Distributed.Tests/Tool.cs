using System.Diagnostics;
using System.Reflection;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>What a finished process left behind.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Errors, TimeSpan Elapsed)
{
    public ToolResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Errors}");
        return this;
    }
}

/// <summary>Runs <c>minicpm</c> as a user does: as one process, under plain mpirun, or through launch/mpirun.</summary>
public static class Tool
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public static string RepositoryRoot { get; } = Path.GetFullPath(typeof(Tool).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!);

    private static string Dll { get; } = Path.Combine(AppContext.BaseDirectory, "minicpm.dll");

    public static ToolResult Minicpm(string folder, params string[] arguments) =>
        Start(folder, "dotnet", [Dll, .. arguments], []);

    /// <summary>Plain mpirun, with only what Open MPI insists on.</summary>
    public static ToolResult Mpirun(
        string folder,
        int ranks,
        string[] arguments,
        string[]? options = null,
        params (string, string)[] environment) =>
        Start(folder, "mpirun", ["--oversubscribe", "-n", $"{ranks}", .. options ?? [], "dotnet", Dll, .. arguments],
            [("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"), .. environment]);

    public static ToolResult LaunchMpirun(string folder, int ranks, params string[] arguments) =>
        Start(
            folder,
            Path.Combine(RepositoryRoot, "launch", "mpirun"),
            ["-n", $"{ranks}", "dotnet", Dll, .. arguments],
            []);

    public static ToolResult Start(
        string folder, string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {s_limit}.");
        }
        return new ToolResult(process.ExitCode, output.Result, errors.Result, clock.Elapsed);
    }
}
