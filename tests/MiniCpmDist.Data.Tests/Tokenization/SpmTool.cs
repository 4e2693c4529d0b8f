using System.Diagnostics;
using System.Globalization;
using System.Text;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Tokenization;

/// <summary>SentencePiece's own programs, fed with files because a text may be no UTF-8.</summary>
public static class SpmTool
{
    /// <summary>The ids of each line by spm_encode. A line holds no '\n'.</summary>
    public static List<int[]> Encode(string model, IEnumerable<byte[]> lines)
    {
        using var folder = new TemporaryFolder();
        var input = folder.Write("lines", Joined(lines));
        var output = folder.Path("ids");
        Run("spm_encode", $"--model={model}", "--output_format=id", $"--input={input}", $"--output={output}");
        return [.. File.ReadLines(output).Select(Ids)];
    }

    /// <summary>The text of each line of ids by spm_decode. None of the ids may stand for a newline.</summary>
    public static List<byte[]> Decode(string model, IEnumerable<int[]> lines)
    {
        using var folder = new TemporaryFolder();
        var input = folder.Write("ids", string.Concat(lines.Select(ids => string.Join(' ', ids) + "\n")));
        var output = folder.Path("text");
        Run("spm_decode", $"--model={model}", "--input_format=id", $"--input={input}", $"--output={output}");
        return Split(File.ReadAllBytes(output));
    }

    /// <summary>Trains with spm_train on a file of one sentence a line; the path of the model.</summary>
    public static string Train(TemporaryFolder folder, string name, string sentences, params string[] flags)
    {
        Run("spm_train", [$"--input={sentences}", $"--model_prefix={folder.Path(name)}", "--minloglevel=2", .. flags]);
        return folder.Path(name + ".model");
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var words = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with exit code {process.ExitCode}: {words}");
    }

    private static int[] Ids(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private static byte[] Joined(IEnumerable<byte[]> lines) => [.. lines.SelectMany(line => line.Append((byte)'\n'))];

    private static List<byte[]> Split(byte[] text)
    {
        var lines = new List<byte[]>();
        for (var start = 0; start < text.Length;)
        {
            var end = Array.IndexOf(text, (byte)'\n', start);
            lines.Add(text[start..end]);
            start = end + 1;
        }
        return lines;
    }
}
