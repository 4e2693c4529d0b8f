namespace MiniCpmDist.Cli.Display;

/// <summary>
/// Writes what is shown of a run. A terminal may be closed or a disk full while the run trains; a step must not be lost
/// because nobody can read about it.
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
