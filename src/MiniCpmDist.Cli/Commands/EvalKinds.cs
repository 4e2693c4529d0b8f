using System.CommandLine;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Commands;

/// <summary>
/// What <c>minicpm eval</c> can measure. An option of another kind of evaluation is a mistake, and not one to pass
/// over.
/// </summary>
internal static class EvalKinds
{
    /// <exception cref="ConfigurationException">Options of several kinds are given.</exception>
    public static void RequireOne(ParseResult line, EvalOptions options)
    {
        var kinds = Of(options);
        var chosen = kinds.First(kind => kind.Chooses is null || line.GetResult(kind.Chooses) is not null);
        var problems = new ProblemCollector();
        foreach (var option in kinds.SelectMany(kind => kind.Options).Distinct().Except(chosen.Options))
        {
            var own = kinds.First(kind => kind.Options.Contains(option));
            problems.Require(
                line.GetResult(option) is not { Implicit: false }, option.Name,
                $"an option that goes with {chosen.Name}", $"one of {own.Name}",
                chosen.Chooses is null
                    ? $"add {own.Name}, or leave it out"
                    : $"leave out {option.Name} or {chosen.Name}: they are two evaluations");
        }
        problems.Require(
            chosen.Chooses != options.Tasks || line.GetValue(options.Tasks) is { Length: > 0 }, "--tasks",
            "names of tasks", "none", "for example --tasks arc-easy,hellaswag");
        problems.Require(
            chosen.Chooses != options.Questions || line.GetValue(options.Judge) is not null, "--judge",
            "a program, or the folder of a model", "nothing", "for example --judge ./judge.py");
        problems.ThrowIfAny();
    }

    private static Kind[] Of(EvalOptions options)
    {
        Option[] sampling = [options.Temperature, options.TopP, options.Seed, options.Scores];
        return
        [
            new("--tasks", options.Tasks,
            [
                options.Tasks, options.Data, options.Flavour, options.Limit, options.BatchTokens, options.Faulty,
                options.Details, options.MetricsFile, options.UnprotectedCode, options.Compare, options.Samples,
                .. sampling,
            ]),
            new("--text", options.Text, [options.Text, options.Stride]),
            new("--questions", options.Questions,
                [options.Questions, options.Judge, options.Template, options.Tokens, .. sampling]),
            new("--needle", options.Needle,
            [
                options.Needle, options.Lengths, options.Depths, options.Trials, options.NeedleCount, options.Picture,
                options.Seed,
            ]),
            new("--pictures", options.Pictures, [options.Pictures, options.Blank, options.Template]),
            new("the held-out loss", null, [options.On, options.Against, options.Sequences, options.ByPosition]),
        ];
    }

    /// <param name="Name">What the user knows it by.</param>
    /// <param name="Chooses">The option that asks for it; null for the one that is measured without any.</param>
    /// <param name="Options">Those that have a meaning in it.</param>
    private sealed record Kind(string Name, Option? Chooses, IReadOnlyList<Option> Options);
}
