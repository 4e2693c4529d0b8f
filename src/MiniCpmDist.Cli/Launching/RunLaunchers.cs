using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Launching;

/// <summary>The launchers by name: the one place where they are put together.</summary>
internal static class RunLaunchers
{
    /// <summary>Name of the launcher that starts runs on this host.</summary>
    public const string Local = "local";

    /// <summary>
    /// Says where a run starts its branches by itself; set in the pods and batch scripts that run it.
    /// </summary>
    private const string StandardVariable = "MINICPM_LAUNCH";

    /// <summary>
    /// The program that starts ranks: launch/mpirun, where this program was started through launch/, else mpirun.
    /// </summary>
    public static string Mpirun => Environment.GetEnvironmentVariable("MINICPM_LAUNCHER") ?? "mpirun";

    public static IReadOnlyList<string> Names { get; } = [Local, "slurm", "kubernetes"];

    /// <summary>
    /// Returns the launcher for branches that a run starts by itself: this host's, unless the environment names
    /// another.
    /// </summary>
    /// <exception cref="ConfigurationException">It is not known, or what it needs is not there.</exception>
    public static IPrintingLauncher Standard() =>
        Of(Environment.GetEnvironmentVariable(StandardVariable) is { Length: > 0 } name ? name : Local,
            StandardVariable);

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="where">What gave the name, for the problem.</param>
    /// <exception cref="ConfigurationException">It is not known, or what it needs is not there.</exception>
    public static IPrintingLauncher Of(string name, string where = "--launch") => name switch
    {
        Local => new LocalLauncher(),
        "slurm" => new SlurmLauncher(SlurmLauncher.FindScript(Environment.GetEnvironmentVariable)),
        "kubernetes" => new KubernetesLauncher(KubernetesSettings.From(Environment.GetEnvironmentVariable)),
        _ => throw new ConfigurationException([new Problem(
            where, $"one of {string.Join(", ", Names)}", $"`{name}`", $"write such as {where}={Names[^1]}")]),
    };
}
