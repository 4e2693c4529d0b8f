namespace MiniCpmDist.Engine.Training.FaultInjection;

/// <summary>What a planned fault does.</summary>
public enum FaultAction
{
    /// <summary>The process kills itself (SIGKILL).</summary>
    Kill,

    /// <summary>The process stops itself (SIGSTOP), as one that hangs.</summary>
    Stop,

    /// <summary>One bit of the rank's copy of the parameters changes, outside of the slice that it owns.</summary>
    Flip,

    /// <summary>The gradients of a sequence are not finite, whenever it is read.</summary>
    Poison,
}
