namespace MiniCpmDist.Native.Mpi;

/// <summary>
/// Tells from the environment whether an MPI launcher has started this process, without starting MPI.
/// </summary>
public static class MpiLaunch
{
    // Open MPI; PMI-1 and PMI-2 (MPICH's Hydra, Intel MPI, Slurm with --mpi=pmi2); PMIx (Slurm with --mpi=pmix, PRRTE);
    // MPICH's and MVAPICH's own names. SLURM_PROCID alone is no sign: every srun sets it, with MPI or without.
    private static readonly string[] s_marks =
    [
        "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK", "PMIX_RANK", "MPI_LOCALNRANKS", "HYDI_CONTROL_FD",
        "MV2_COMM_WORLD_SIZE",
    ];

    private static readonly string[] s_sizes =
    [
        "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS",
    ];

    // Open MPI; MPICH's Hydra and Intel MPI; MVAPICH; Slurm.
    private static readonly string[] s_localRanks =
    [
        "OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "MV2_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID",
    ];

    /// <summary>This process's index among those of its host; null where the launcher does not say.</summary>
    public static int? LocalRank(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        foreach (var name in s_localRanks)
        {
            if (int.TryParse(environment(name), out var rank))
                return rank;
        }
        return null;
    }

    /// <summary>The number of ranks that the launcher says it has started; null where it says nothing.</summary>
    public static int? ExpectedWorldSize(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        foreach (var name in s_sizes)
        {
            if (int.TryParse(environment(name), out var size))
                return size;
        }
        return null;
    }

    /// <summary>
    /// True when <paramref name="environment"/> (variable name to value, null when unset) holds a mark of Open MPI,
    /// MPICH, Intel MPI, MVAPICH, or of Slurm's PMI or PMIx support.
    /// </summary>
    public static bool IsUnderLauncher(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return s_marks.Any(mark => !string.IsNullOrEmpty(environment(mark)));
    }
}
