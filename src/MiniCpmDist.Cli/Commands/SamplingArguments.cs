using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Generation;
using MiniCpmDist.Engine.Evaluation;

namespace MiniCpmDist.Cli.Commands;

/// <summary>How <c>generate</c> and <c>chat</c> pick tokens.</summary>
/// <param name="tokens">The largest number of tokens where none is given.</param>
internal sealed class SamplingArguments(int tokens)
{
    private readonly Option<int> _tokens = new Option<int>("--tokens")
    {
        Description = "Largest number of tokens to add.",
        DefaultValueFactory = _ => tokens,
    }.Within(1);

    private readonly Option<double> _temperature = Temperature(StandardSampling.Temperature);

    private readonly Option<int> _topK = new Option<int>("--top-k")
    {
        Description = "Sample from the k most likely tokens; 0 samples from all.",
        DefaultValueFactory = _ => StandardSampling.TopK,
    }.Within(0);

    private readonly Option<double> _topP = TopP();

    private readonly Option<ulong> _seed = Seed();

    private readonly Option<string[]> _stop = new("--stop")
    {
        Description = "Text at which to stop; it is not printed. May be given again.",
    };

    /// <param name="standard">The temperature where none is given.</param>
    public static Option<double> Temperature(double standard) => new Option<double>("--temperature")
    {
        Description = "Temperature of the sampling; 0 takes the most likely token.",
        DefaultValueFactory = _ => standard,
    }.Within(0, 100);

    public static Option<double> TopP() => new Option<double>("--top-p")
    {
        Description = "Sample from the most likely tokens that together have this probability; 1 samples from all.",
        DefaultValueFactory = _ => 1,
    }.Within(1e-9, 1);

    public static Option<ulong> Seed() => new("--seed")
    {
        Description = "Seed of the sampling; the same seed gives the same text, on any number of ranks.",
        DefaultValueFactory = _ => 1,
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_tokens, _temperature, _topK, _topP, _seed, _stop])
            command.Options.Add(option);
    }

    public GenerationOptions Of(ParseResult line) => new(
        line.GetValue(_tokens),
        new TokenSampling(line.GetValue(_temperature), line.GetValue(_topK), line.GetValue(_topP)),
        line.GetValue(_seed))
    {
        Stops = line.GetValue(_stop) ?? [],
    };
}
