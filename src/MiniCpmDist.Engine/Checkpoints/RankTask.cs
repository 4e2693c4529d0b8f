using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>
/// A stage of a save on one rank. What a disk refuses is a failure of the save, which training survives; anything
/// else is thrown again where the rank looks at the stage.
/// </summary>
internal sealed class RankTask
{
    private readonly Task _work;
    private readonly Stopwatch _clock;

    private RankTask(Task work, Stopwatch clock) => (_work, _clock) = (work, clock);

    public static RankTask Done { get; } = new(Task.CompletedTask, new Stopwatch());

    public static RankTask Start(Action work)
    {
        var clock = Stopwatch.StartNew();
        return new RankTask(Task.Run(() => Measured(work, clock)), clock);
    }

    /// <summary>How long the work took, once it is done.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>How far the stage is; the other ranks are told.</summary>
    public TaskProgress Progress =>
        !_work.IsCompleted ? TaskProgress.Busy
        : _work.IsCompletedSuccessfully ? TaskProgress.Done
        : TaskProgress.Failed;

    /// <summary>What went wrong, in one line.</summary>
    public string Failure => _work.Exception?.InnerException switch
    {
        IOException or UnauthorizedAccessException => _work.Exception.InnerException.Message,
        { } exception => Rethrow(exception),
        null => "",
    };

    /// <summary>Waits for the end of the stage, whatever it is.</summary>
    public void Wait() => _work.ContinueWith(_ => { }, TaskScheduler.Default).Wait();

    private static void Measured(Action work, Stopwatch clock)
    {
        try
        {
            work();
        }
        finally
        {
            clock.Stop();
        }
    }

    private static string Rethrow(Exception exception)
    {
        ExceptionDispatchInfo.Throw(exception);
        return "";
    }
}
