namespace MiniCpmDist.Cli.Launching;

/// <summary>
/// What MPI launchers and queues set for the ranks of one world; a new world must not take it for its own.
/// </summary>
internal static class WorldVariables
{
    // What Slurm gives a job; SLURM_CONF says where Slurm itself is.
    private const string Kept = "SLURM_CONF";

    private static readonly string[] s_prefixes =
        ["OMPI_", "PMIX_", "PRTE_", "PMI_", "HYDI_", "HYDRA_", "MPI_LOCAL", "SLURM_", "SLURMD_"];

    /// <summary>Takes them out of what a new process gets.</summary>
    public static void Remove(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsOfThisWorld).ToArray())
            environment.Remove(name);
    }

    private static bool IsOfThisWorld(string name) =>
        name is "MINICPM_TERMINAL" or Starters.Variable
        || (name != Kept && s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
}
