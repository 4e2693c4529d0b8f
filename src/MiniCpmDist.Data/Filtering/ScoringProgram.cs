using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Filtering;

/// <summary>
/// A user's program that scores texts: JSON lines in, a number a line out, in the same order. Its input is closed after
/// the last text. Answers are read by a task of its own, so that it does not matter when the program writes them: after
/// each line, or all at the end.
/// </summary>
internal sealed class ScoringProgram : IDisposable
{
    private readonly IReadOnlyList<string> _program;
    private readonly Process _process;
    private readonly Task<List<string>> _answers;
    private long _texts;

    /// <exception cref="ConfigurationException">There is no such program.</exception>
    public ScoringProgram(IReadOnlyList<string> program)
    {
        _program = program;
        var start = new ProcessStartInfo(program[0], program.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw Problem("a program that can be started", exception.Message.TrimEnd('.'));
        }
        _answers = Task.Run(() => ReadAnswers(_process.StandardOutput));
    }

    /// <summary>Hands a text over.</summary>
    /// <exception cref="ConfigurationException">The program reads no more.</exception>
    public void Offer(string text)
    {
        _texts++;
        try
        {
            _process.StandardInput.Write(JsonSerializer.Serialize(new { text }) + "\n");
        }
        catch (IOException)
        {
            throw Problem("a score for each text", $"an end at text {_texts} ({Ending()})");
        }
    }

    /// <summary>Waits for the scores of all texts, in order.</summary>
    /// <exception cref="ConfigurationException">They are not one number for each text.</exception>
    public IReadOnlyList<double> Scores()
    {
        try
        {
            _process.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // It has ended already; its answers and its exit say the rest.
        }
        var answers = _answers.GetAwaiter().GetResult();
        var ending = Ending();
        if (_process.ExitCode != 0 || answers.Count != _texts)
            throw Problem($"{_texts} scores, and exit code 0", $"{answers.Count} lines ({ending})");
        var scores = new List<double>(answers.Count);
        foreach (var (index, answer) in answers.Index())
        {
            if (!double.TryParse(answer, CultureInfo.InvariantCulture, out var score) || !double.IsFinite(score))
                throw Problem("a number on each line", $"`{Shortened(answer)}` on line {index + 1}");
            scores.Add(score);
        }
        return scores;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static List<string> ReadAnswers(StreamReader output)
    {
        var answers = new List<string>();
        while (output.ReadLine() is { } line)
            answers.Add(line);
        return answers;
    }

    private string Ending()
    {
        _process.WaitForExit();
        return $"exit code {_process.ExitCode}";
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "...";

    private ConfigurationException Problem(string expected, string found) => new([new Problem(
        $"the classifier `{string.Join(' ', _program)}`", expected, found,
        "try it alone: it reads lines such as {\"text\": \"...\"} and answers each with a line that holds a number")]);
}
