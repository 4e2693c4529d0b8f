using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Display;

/// <summary>What failures have cost, as a table.</summary>
internal static class GoodputText
{
    public static IEnumerable<string> Lines(GoodputReport report)
    {
        yield return FormattableString.Invariant(
            $"{report.Failures} failure(s) in {ProgressText.Span(report.Elapsed)}; goodput {100 * report.Goodput:F1}%");
        yield return FormattableString.Invariant($"{"cause",-10}  {"failures",8}  {"time lost",10}");
        foreach (var loss in report.Losses)
        {
            yield return FormattableString.Invariant(
                $"{FailureCauseName.Of(loss.Cause),-10}  {loss.Failures,8}  {loss.Lost.TotalSeconds,8:F1} s");
        }
    }
}
