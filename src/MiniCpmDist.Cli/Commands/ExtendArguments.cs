using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Cli.Commands;

/// <summary>Options of a branch with longer sequences than its trunk.</summary>
internal sealed class ExtendArguments
{
    private readonly Option<int?> _extend = new Option<int?>("--extend")
    {
        Description = "Give the branch sequences of so many tokens, more than the trunk's, out of --data or --mixture. "
            + "Without --decay the branch goes on with the trunk's schedule.",
    }.Within(2, 1 << 20);

    private readonly Option<string?> _rope = new("--rope")
    {
        Description = "With --extend, what becomes of the rotary positions: "
            + $"{RopeChange.Expectation}. Without it they stay as they are.",
    };

    private readonly Option<bool> _untie = new("--untie")
    {
        Description = "With --extend, give the branch an output matrix of its own, which begins as the embedding.",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "With --extend, the one data folder that the branch reads; several are a --mixture.",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "With --extend, another value for a key of the run, such as schedule.token_batch=64K; may be "
            + "given again.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_extend, _rope, _untie, _data, _set])
            command.Options.Add(option);
    }

    /// <returns>Null without --extend.</returns>
    public ExtendOptions? Read(ParseResult line, string? mixture, ProblemCollector problems)
    {
        var (length, rope, untie) = (line.GetValue(_extend), line.GetValue(_rope), line.GetValue(_untie));
        var (data, overrides) = (line.GetValue(_data), line.GetValue(_set) ?? []);
        if (length is not { } extended)
        {
            problems.Require(
                rope is null && !untie && data is null && overrides.Length == 0, "--extend",
                "the length of the branch's sequences beside --rope, --untie, --data and --set", "nothing",
                "for example --extend 4096");
            return null;
        }
        problems.Require(
            data is null != mixture is null, "--data",
            "either --data FOLDER or --mixture FILE: data in sequences of the new length",
            data is null ? "neither" : "both", "for example --data data/long");
        var change = rope is null
            ? RopeChange.Same
            : problems.Try(() => RopeChange.Parse(rope, path => InputFile.ReadText(path)));
        // What is wrong ends the command; the other checks still have to know that the branch is extended.
        return new ExtendOptions(extended, change ?? RopeChange.Same, untie, overrides);
    }

    /// <summary>The one source of --data; null where there is a mixture.</summary>
    public IReadOnlyList<SourceOptions>? Source(ParseResult line)
    {
        if (line.GetValue(_data) is not { } folder)
            return null;
        var path = Path.GetFullPath(folder);
        return [new SourceOptions { Name = SourceName.OfFolder(path), Path = path, HeldOut = path }];
    }

    /// <summary>How much of what the branch reads lies beyond its trunk's sequences.</summary>
    public static IEnumerable<string> Lines(
        IReadOnlyList<(SourceOptions Source, DocumentReach Reach)> sources, int oldLength)
    {
        var total = 0.0;
        foreach (var (source, reach) in sources)
        {
            var (share, beyond) = ((double)source.DecayWeight / SourceOptions.WeightUnit, reach.Share(reach.Beyond[0]));
            total += share * beyond;
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  {source.Name}: share {share:0.###}, {beyond * 100:F1} % of its loss tokens have {oldLength} "
                + $"or more of their document before them");
        }
        yield return string.Create(
            CultureInfo.InvariantCulture, $"  together {total * 100:F1} % of the branch's loss tokens do");
    }
}
