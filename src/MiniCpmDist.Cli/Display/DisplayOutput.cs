namespace MiniCpmDist.Cli.Display;

/// <summary>
/// What is shown of a run. A terminal may be closed and a disk full while it trains; that nobody can read about a step
/// is no reason to lose the step.
/// </summary>
internal static class DisplayOutput
{
    public static void Write(TextWriter output, string text)
    {
        try
        {
            output.Write(text);
            output.Flush();
        }
        catch (IOException)
        {
            // The journal and the metrics have it too.
        }
    }

    public static void Line(TextWriter output, string text) => Write(output, text + Environment.NewLine);
}
