using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Deduplication;

namespace MiniCpmDist.Cli.Commands;

/// <summary>The options with the numbers of MinHash, LSH and n-grams.</summary>
internal sealed class DedupNumbers
{
    private static readonly DedupOptions s_usual = new([], "");

    private readonly Option<double> _threshold = new Option<double>("--threshold")
    {
        Description = "Share of shingles that two texts have in common (Jaccard) from which on they nearly equal.",
        DefaultValueFactory = _ => s_usual.Threshold,
    }.Within(0, 1);

    private readonly Option<int> _shingle = new Option<int>("--shingle")
    {
        Description = "Words of a shingle.",
        DefaultValueFactory = _ => s_usual.Shingle,
    }.Within(1);

    private readonly Option<int> _permutations = new Option<int>("--permutations")
    {
        Description = "Numbers of a MinHash signature.",
        DefaultValueFactory = _ => s_usual.Permutations,
    }.Within(1);

    private readonly Option<int?> _bands = new Option<int?>("--bands")
    {
        Description = "Bands that a signature is cut into; must divide --permutations (default: the fewest that find "
            + "99 % of the pairs at the threshold: 32 of 4 rows for 0.8).",
    }.Within(1);

    private readonly Option<int> _ngram = new Option<int>("--ngram")
    {
        Description = "Words of an n-gram of --against.",
        DefaultValueFactory = _ => s_usual.Ngram,
    }.Within(1);

    private readonly Option<int> _workers = new Option<int>("--workers")
    {
        Description = "Threads of each rank; the result does not depend on it.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    }.Within(1, 1024);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_threshold, _shingle, _permutations, _bands, _ngram, _workers])
            command.Add(option);
    }

    /// <summary>Adds the numbers that were given for a pass that is not done.</summary>
    public void RequireUse(ParseResult line, DedupOptions options, ProblemCollector problems)
    {
        foreach (var option in (Option[])[_threshold, _shingle, _permutations, _bands])
            Require(option, options.Near, "--near");
        Require(_ngram, options.Against.Count > 0, "--against");

        void Require(Option option, bool isUsed, string pass) => problems.Require(
            isUsed || line.GetResult(option) is not { Implicit: false }, option.Name, $"{pass}, which it belongs to",
            "none", $"add {pass}, or remove {option.Name}");
    }

    public DedupOptions Apply(ParseResult line, DedupOptions options) => options with
    {
        Threshold = line.GetValue(_threshold),
        Shingle = line.GetValue(_shingle),
        Permutations = line.GetValue(_permutations),
        Bands = line.GetValue(_bands),
        Ngram = line.GetValue(_ngram),
        Workers = line.GetValue(_workers),
    };
}
