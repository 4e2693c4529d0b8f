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

    /// <summary>The repository's own prose, always in the same order: what tests train on.</summary>
    public static string[] Prose { get; } =
    [
        Path.Combine(RepositoryRoot, "LICENSE"),
        .. Directory.EnumerateFiles(Path.Combine(RepositoryRoot, "docs"), "*.md", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal),
        Path.Combine(RepositoryRoot, "src", "ARCHITECTURE.md"),
    ];

    public static string Dll { get; } = Path.Combine(AppContext.BaseDirectory, "minicpm.dll");

    public static ToolResult Minicpm(string folder, params string[] arguments) =>
        Start(folder, "dotnet", [Dll, .. arguments], []);

    /// <summary>The launcher of the MPI under test, which <c>tests/with-mpi</c> names; else the one in PATH.</summary>
    public static string MpirunProgram { get; } = Environment.GetEnvironmentVariable("MINICPM_MPIRUN") ?? "mpirun";

    /// <summary>
    /// What Open MPI insists on before it starts more ranks than cores, or anything for root: 4.x, then 5. As
    /// variables, because other MPIs know neither the options nor the limits.
    /// </summary>
    public static (string Name, string Value)[] MpirunEnvironment { get; } =
    [
        ("OMPI_MCA_rmaps_base_oversubscribe", "1"),
        ("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
        // Open MPI 4 crashes now and then without it (launch/lib/mpi.sh says why).
        ("OMPI_MCA_rtc_hwloc_vmhole", "none"),
        ("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe"),
        ("PRTE_ALLOW_RUN_AS_ROOT", "1"), ("PRTE_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
    ];

    /// <summary>Plain mpirun, with only what it insists on.</summary>
    public static ToolResult Mpirun(
        string folder,
        int ranks,
        string[] arguments,
        string[]? options = null,
        params (string, string)[] environment) =>
        Start(folder, MpirunProgram, ["-n", $"{ranks}", .. options ?? [], "dotnet", Dll, .. arguments],
            [.. MpirunEnvironment, .. environment]);

    public static ToolResult LaunchMpirun(string folder, int ranks, params string[] arguments) =>
        Start(
            folder,
            Path.Combine(RepositoryRoot, "launch", "mpirun"),
            ["-n", $"{ranks}", "dotnet", Dll, .. arguments],
            []);

    public static ToolResult Start(
        string folder, string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = Info(folder, program, arguments, environment);
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

    /// <summary>How every tool is started: in a folder, with its streams in the test's hands.</summary>
    public static ProcessStartInfo Info(
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
        return start;
    }
}
