namespace MiniCpmDist.Data.TextCollection;

/// <summary>
/// Source code as text: what its file holds but for line ends, and nothing where a program wrote the file (minified
/// scripts, tables, data in a language's clothes).
/// </summary>
internal static class CodeText
{
    // Codex's filter against generated files (Chen et al. 2021, arXiv 2107.03374, section 3.1), in characters.
    private const int LongestLine = 1000;
    private const int LongestAverageLine = 100;

    private static readonly HashSet<string> s_endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".awk", ".bash", ".c", ".cc", ".cpp", ".cs", ".css", ".cu", ".cxx", ".el", ".erl", ".ex", ".f90", ".fs", ".go",
        ".h", ".hh", ".hpp", ".hs", ".java", ".jl", ".js", ".kt", ".lisp", ".lua", ".m", ".mjs", ".ml", ".pas", ".php",
        ".pl", ".pm", ".proto", ".py", ".pyi", ".r", ".rb", ".rs", ".scala", ".scm", ".sh", ".sql", ".swift", ".tcl",
        ".ts", ".tsx",
    };

    /// <summary>True for names with the ending of a programming language.</summary>
    public static bool IsCandidate(string name) => s_endings.Contains(Path.GetExtension(name));

    /// <summary>
    /// The code with '\n' at line ends and without empty lines around it; empty where no person wrote it.
    /// </summary>
    public static string Of(string raw)
    {
        // Not every character that Unicode calls a line end: a form feed between functions stays one.
        var text = raw.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Trim('\n');
        return IsGenerated(text) ? "" : text;
    }

    private static bool IsGenerated(ReadOnlySpan<char> text)
    {
        var lines = 0;
        foreach (var line in text.Split('\n'))
        {
            lines++;
            if (line.End.Value - line.Start.Value > LongestLine)
                return true;
        }
        return text.Length > (long)LongestAverageLine * lines;
    }
}
