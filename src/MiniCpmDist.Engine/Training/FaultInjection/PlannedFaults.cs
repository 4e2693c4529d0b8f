using MiniCpmDist.Core.Problems;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Engine.Training.FaultInjection;

/// <summary>
/// The faults that tests have planned for one rank. They strike in what is put around a step, a save and a world.
/// Without the variable there is no such object, and nothing is put around anything.
/// </summary>
/// <param name="planned">For all ranks.</param>
/// <param name="rank">This one.</param>
/// <param name="end">Ends or stops this process.</param>
public sealed class PlannedFaults(IReadOnlyList<PlannedFault> planned, int rank, Action<FaultAction> end)
{
    /// <summary>The environment variable, which users of the program would never set.</summary>
    public const string Variable = "MINICPM_FAULTS";

    private readonly HashSet<PlannedFault> _struck = [];

    // Faults of saves strike on a thread of their own.
    private readonly Lock _lock = new();
    private long _step;

    /// <summary>Reads the faults of this rank; null where nothing is planned.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="rank">This process's rank.</param>
    /// <exception cref="ConfigurationException">The variable's value is no plan.</exception>
    public static PlannedFaults? Read(Func<string, string?> variable, int rank) =>
        variable(Variable) is { Length: > 0 } text
            ? new PlannedFaults(PlannedFault.ParseAll(text, Variable), rank, End)
            : null;

    /// <summary>Steps whose first sequence is poisoned.</summary>
    public IEnumerable<long> PoisonedSteps =>
        planned.Where(fault => fault.Action == FaultAction.Poison).Select(fault => fault.Step);

    /// <summary>Strikes what is planned for the beginning of a step.</summary>
    public void Enter(long step)
    {
        Volatile.Write(ref _step, step);
        Strike(FaultPlace.Step, step);
    }

    /// <summary>Strikes what is planned for the beginning of a collective call of the step.</summary>
    public void EnterCollective() => Strike(FaultPlace.Collective, Volatile.Read(ref _step));

    /// <summary>Does what is planned for a place.</summary>
    public void Strike(FaultPlace place, long step)
    {
        foreach (var fault in planned)
        {
            if (fault.Action is FaultAction.Kill or FaultAction.Stop && fault.Place == place && Takes(fault, step))
                end(fault.Action);
        }
    }

    /// <summary>True where a bit is to be flipped after a step.</summary>
    public bool Flips(long step) => planned.Any(fault => fault.Action == FaultAction.Flip && Takes(fault, step));

    /// <summary>
    /// True once for a fault that is due here: a rollback takes the same steps again in the same process.
    /// </summary>
    private bool Takes(PlannedFault fault, long step)
    {
        if (fault.Rank != rank || fault.Step != step)
            return false;
        lock (_lock)
            return _struck.Add(fault) && IsFirst(fault.Once);
    }

    private static bool IsFirst(string? once)
    {
        try
        {
            if (once is not null)
                new FileStream(once, FileMode.CreateNew).Dispose();
            return true;
        }
        catch (IOException) when (File.Exists(once))
        {
            return false;
        }
    }

    private static void End(FaultAction action)
    {
        if (action == FaultAction.Kill)
            OwnProcess.Kill();
        else
            OwnProcess.Stop();
    }
}
