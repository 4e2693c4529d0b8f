using System.ComponentModel;
using System.Diagnostics;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Launching;

/// <summary>Queues a run with Slurm: <c>sbatch launch/slurm.sbatch resume RUN</c>.</summary>
/// <param name="script">The batch script.</param>
/// <param name="program">Slurm's program, by name or path.</param>
internal sealed class SlurmLauncher(string script, string program = SlurmLauncher.Program) : IPrintingLauncher
{
    private const string Program = "sbatch";

    private const string ScriptName = "slurm.sbatch";

    /// <inheritdoc/>
    public string Launch(string runFolder, int ranks)
    {
        var start = new ProcessStartInfo(program, Arguments(runFolder, ranks));
        WorldVariables.Remove(start.Environment);
        try
        {
            var (exitCode, output, errors) = CapturedProcess.Run(start);
            if (exitCode != 0)
            {
                throw new IOException(
                    $"{runFolder} was not queued: {errors.Trim()} ({Program}, exit code {exitCode})");
            }
            // With --parsable, sbatch prints the number, and the cluster's name where there are several.
            var job = output.Trim().Split(';')[0];
            return $"queued as Slurm's job {job}, {ranks} rank(s): squeue --jobs {job}, scancel {job}";
        }
        catch (Win32Exception exception)
        {
            throw new IOException(
                $"{runFolder} was not queued: {Program} cannot be run here ({exception.Message})", exception);
        }
    }

    /// <inheritdoc/>
    public string Print(BranchPlace place, int ranks) =>
        $"{Program} {string.Join(' ', Arguments(place.Folder, ranks))}{Environment.NewLine}";

    /// <summary>Finds the batch script: the one that is named, or that of the launch folder in use.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static string FindScript(Func<string, string?> variable)
    {
        var launcher = variable("MINICPM_LAUNCHER");
        string?[] places =
        [
            variable("MINICPM_SBATCH"),
            launcher is null ? null : Path.Combine(Path.GetDirectoryName(launcher) ?? "", ScriptName),
            Path.Combine(AppContext.BaseDirectory, "launch", ScriptName),
            Path.Combine("launch", ScriptName),
        ];
        var named = places.OfType<string>().Where(place => place.Length > 0).ToArray();
        return named.FirstOrDefault(File.Exists) is { } found
            ? Path.GetFullPath(found)
            : throw new ConfigurationException([new Problem(
                "--launch=slurm", $"the batch script {ScriptName}", $"none at {string.Join(", ", named)}",
                $"name it, such as MINICPM_SBATCH=launch/{ScriptName}")]);
    }

    private string[] Arguments(string runFolder, int ranks)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(runFolder));
        return ["--parsable", $"--ntasks={ranks}", $"--job-name={Path.GetFileName(folder)}", script, "resume", folder];
    }
}
