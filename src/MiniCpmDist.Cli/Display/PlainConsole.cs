using System.Text;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Display;

/// <summary>
/// Standard output and error for everything that quotes others: names of files, configurations, journals, peers. No
/// control character passes but line ends and tabs.
/// </summary>
internal sealed class PlainConsole(TextWriter output) : TextWriter
{
    private static TextWriter? s_raw;

    /// <summary>Standard output as it is, for code that draws and escapes by itself.</summary>
    public static TextWriter Raw => s_raw ?? Console.Out;

    public override Encoding Encoding => output.Encoding;

    /// <summary>
    /// Makes <see cref="Console"/> write plain text from here on. Called once, when the process starts.
    /// </summary>
    public static void Install()
    {
        s_raw = Console.Out;
        Console.SetOut(new PlainConsole(Console.Out));
        Console.SetError(new PlainConsole(Console.Error));
    }

    public override void Write(char value) => output.Write(PlainText.Lines(value.ToString()));

    public override void Write(string? value) => output.Write(PlainText.Lines(value ?? ""));

    public override void Write(ReadOnlySpan<char> buffer) => output.Write(PlainText.Lines(buffer.ToString()));

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    // This is one write, so that another rank's cannot come in between.
    public override void WriteLine(string? value) => output.WriteLine(PlainText.Lines(value ?? ""));

    public override void Flush() => output.Flush();
}
