using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Graph;

/// <summary>
/// Walks the graph of derivatives back. TorchSharp calls a <see cref="GraphFunction{TSelf}"/> from native code, which
/// no exception can cross. The exception is kept here until the walk is over, and thrown then. The functions after the
/// one that failed are skipped.
/// </summary>
public sealed class BackwardPass
{
    [ThreadStatic]
    private static BackwardPass? s_ofThread;

    // On a device libtorch calls back on a thread of its own.
    private readonly Lock _gate = new();
    private ExceptionDispatchInfo? _failure;
    private List<Tensor> _returned = [];

    private BackwardPass() { }

    /// <summary>The pass of the thread that makes the graph; functions remember it.</summary>
    internal static BackwardPass OfThread => s_ofThread ??= new BackwardPass();

    internal bool HasFailed
    {
        get
        {
            lock (_gate)
                return _failure is not null;
        }
    }

    /// <summary>
    /// Adds the gradients of <paramref name="loss"/>, a scalar, to those of the parameters it was made of.
    /// </summary>
    /// <exception cref="Exception">What a function has thrown, or what libtorch has found.</exception>
    public static void Run(Tensor loss) => Run(() => loss.backward());

    /// <summary>
    /// Runs a backward that <paramref name="walk"/> starts. Inside a function's backward it is part of the walk under
    /// way.
    /// </summary>
    public static void Run(Action walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        var pass = OfThread;
        try
        {
            walk();
        }
        finally
        {
            pass.ReleaseReturned();
            // Also where libtorch itself throws: what a function has thrown before is the cause, and must not stay for
            // the next walk.
            pass.ThrowIfFailed();
        }
    }

    /// <summary>Remembers what a function returned: libtorch takes it only after the call.</summary>
    internal List<Tensor> Return(List<Tensor> gradients)
    {
        lock (_gate)
            _returned.AddRange(gradients);
        return gradients;
    }

    /// <summary>Lets go of what earlier functions returned: libtorch has its own hold on it by now.</summary>
    internal void ReleaseReturned()
    {
        List<Tensor> returned;
        lock (_gate)
            (returned, _returned) = (_returned, []);
        foreach (var gradient in returned)
            gradient?.Dispose();
    }

    /// <summary>The first exception is the one to report.</summary>
    internal void Fail(Exception exception)
    {
        lock (_gate)
            _failure ??= ExceptionDispatchInfo.Capture(exception);
    }

    private void ThrowIfFailed()
    {
        ExceptionDispatchInfo? failure;
        lock (_gate)
            (failure, _failure) = (_failure, null);
        failure?.Throw();
    }
}
