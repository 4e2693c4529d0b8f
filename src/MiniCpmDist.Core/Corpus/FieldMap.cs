using System.Text;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// The names under which the lines of a corpus keep their texts. A dot goes into an object: <c>meta.text</c> is the
/// string "text" of the object "meta".
/// </summary>
public sealed class FieldMap
{
    /// <param name="text">
    /// The name of a plain text. An object that has this key is plain text, whatever else it has.
    /// </param>
    /// <param name="input">The name of the first half of a pair, which is read and not learned.</param>
    /// <param name="output">The name of the second half, which bears the loss.</param>
    public FieldMap(string text = "text", string input = "input", string output = "output")
    {
        (Text, Input, Output) = (text, input, output);
        Paths = [PathOf(text), PathOf(input), PathOf(output)];
    }

    public string Text { get; }

    public string Input { get; }

    public string Output { get; }

    /// <summary>The keys on the way to each field in UTF-8, in the order of the names.</summary>
    internal byte[][][] Paths { get; }

    internal string[] Names => [Text, Input, Output];

    /// <summary>Adds what is wrong with the names.</summary>
    public void Check(ProblemCollector problems)
    {
        foreach (var (option, name) in ((string, string)[])
            [("--text-field", Text), ("--input-field", Input), ("--output-field", Output)])
        {
            problems.Require(
                name.Split('.').All(key => key.Length > 0), option, "a name such as text or meta.text", $"`{name}`",
                "leave it out for the usual name");
        }
        problems.Require(
            Names.Distinct().Count() == Names.Length, "--text-field, --input-field, --output-field",
            "three different names", string.Join(", ", Names), "rename one");
    }

    private static byte[][] PathOf(string name) => [.. name.Split('.').Select(Encoding.UTF8.GetBytes)];
}
