using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Cli.Commands;

/// <summary>The options that say under which names JSON lines keep their texts.</summary>
internal sealed class FieldOptions
{
    private static readonly FieldMap s_usual = new();
    private readonly Option<string> _text = Field("--text-field", s_usual.Text, "a plain text");
    private readonly Option<string> _input = Field(
        "--input-field", s_usual.Input, "the input of a pair, which bears no loss");
    private readonly Option<string> _output = Field("--output-field", s_usual.Output, "the output of a pair");

    public void AddTo(Command command)
    {
        command.Add(_text);
        command.Add(_input);
        command.Add(_output);
    }

    public FieldMap Of(ParseResult line) =>
        new(line.GetValue(_text)!, line.GetValue(_input)!, line.GetValue(_output)!);

    /// <summary>The option that says how many broken lines are set aside.</summary>
    public static Option<double?> MaxBroken() => new Option<double?>("--max-broken")
    {
        Description = $"Share of broken lines that may be set aside, 0 to 1 (default: {QuarantineLimit.Rule}).",
    }.Within(0, 1);

    private static Option<string> Field(string name, string usual, string what) => new(name)
    {
        Description = $"Field of the JSON lines that holds {what}; a dot goes into an object.",
        DefaultValueFactory = _ => usual,
    };
}
