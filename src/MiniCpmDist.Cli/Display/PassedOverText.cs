using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Display;

/// <summary>
/// Says on standard error that an older checkpoint is taken, and why, so that standard output has the results alone.
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
