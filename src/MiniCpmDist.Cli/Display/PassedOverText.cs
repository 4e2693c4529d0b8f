using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Display;

/// <summary>
/// Says on the error stream that an older checkpoint is taken, and why; results stay alone on theirs.
/// </summary>
internal static class PassedOverText
{
    public static void Tell(IReadOnlyList<Problem> passedOver, long step)
    {
        if (passedOver.Count == 0)
            return;
        Console.Error.WriteLine($"note: taking the checkpoint of step {step}, because a newer one is damaged:");
        foreach (var problem in passedOver)
            Console.Error.WriteLine($"    {problem}");
    }
}
