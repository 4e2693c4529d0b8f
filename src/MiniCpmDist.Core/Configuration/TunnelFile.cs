using MiniCpmDist.Core.Configuration.Keys;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.ScalingLaws;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Reads the file of <c>minicpm tunnel</c>: a recipe, sizes, and what is tried.</summary>
public static class TunnelFile
{
    private const int MostPlaces = 1000;
    private const int MostSeeds = 100;

    /// <summary>The path of the recipe, which the file names.</summary>
    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <exception cref="ConfigurationException">The file names no recipe.</exception>
    public static string RecipePath(string yaml, string source)
    {
        var problems = new ProblemCollector();
        var mapping = YamlText.Load(yaml, source, problems);
        problems.ThrowIfAny();
        var root = new YamlSection(mapping, source, "", problems);
        var path = root.RequiredText("recipe", "the file of a run that all runs are copies of", "recipe.yaml");
        problems.ThrowIfAny();
        return path!;
    }

    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <param name="recipe">The run that it names.</param>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public static TunnelOptions Parse(string yaml, string source, RunOptions recipe)
    {
        var problems = new ProblemCollector();
        var mapping = YamlText.Load(yaml, source, problems);
        problems.ThrowIfAny();
        var root = new YamlSection(
            mapping, source, "", problems, null,
            ["recipe", "sizes", "ladder", "batch", "learning_rate", "search", "schedules"])
        {
            Kind = "a tunnel file",
        };
        var sizes = ReadSizes(root, recipe.Model.Shape);
        var options = new TunnelOptions(
            recipe, sizes, ReadLadder(root, sizes), ReadBatches(root, recipe), ReadRates(root),
            ReadSearch(root, sizes))
        {
            Schedules = ReadSchedules(root, sizes),
        };
        root.Finish();
        problems.ThrowIfAny();
        return options;
    }

    private static List<TunnelSize> ReadSizes(YamlSection root, ModelShape basis)
    {
        if (!root.Has("sizes"))
        {
            root.Problem(
                "sizes", "the model sizes", "nothing",
                "write `sizes:` and below it such as `s: { hidden_size: 64, num_hidden_layers: 2, "
                + "num_attention_heads: 2 }`");
            return [];
        }
        var section = root.Section("sizes");
        var sizes = new List<TunnelSize>();
        foreach (var name in section.Keys)
        {
            section.Require(
                RunName.IsValid(name), name, "a word that can be part of a run's name", $"`{name}`",
                "write such as `s`");
            sizes.Add(new TunnelSize(name, ModelKeys.ReadSize(section, name, basis)));
        }
        section.Finish();
        return sizes;
    }

    private static LadderOptions? ReadLadder(YamlSection root, List<TunnelSize> sizes)
    {
        if (!root.Has("ladder"))
            return null;
        var section = root.Section("ladder", ["at", "decay", "hold_out", "hold_out_at"]);
        var at = Numbers(section, "at", "[10, 20, 30, 40]").Select(number => (int)number).ToList();
        if (at.Count > 0)
        {
            section.Require(
                at[0] > 0 && at.SequenceEqual(at.Distinct().Order()) && at.All(place => place % at[0] == 0), "at",
                "rising whole multiples of the first, in tokens for each parameter", $"`{string.Join(", ", at)}`",
                "write such as `at: [10, 20, 30, 40]`");
        }
        var decay = section.Number("decay", 10, "a percentage above 0 and below 100", value => value is > 0 and < 100);
        var holdOut = section.Text("hold_out");
        section.Require(
            holdOut is null || sizes.Any(size => size.Name == holdOut), "hold_out", "the name of one of the sizes",
            $"`{holdOut}`", $"write such as `hold_out: {(sizes.Count > 0 ? sizes[^1].Name : "l")}`");
        var fitted = sizes.Count - (sizes.Any(size => size.Name == holdOut) ? 1 : 0);
        section.Require(
            at.Count == 0 || (fitted >= LossLawFit.LeastSizes && at.Count >= LossLawFit.LeastSizes), "at",
            $"at least {LossLawFit.LeastSizes} places, and as many sizes beside the one that is held out",
            $"{at.Count} places and {fitted} sizes", "fewer cannot tell the effects of size and of tokens apart");
        var holdOutAt = section.Has("hold_out_at")
            ? Numbers(section, "hold_out_at", "[10, 20]").Select(number => (int)number).ToList()
            : null;
        section.Require(
            holdOutAt is null || at.Count == 0 || holdOutAt.Count == 0 || (holdOut is not null && holdOutAt[0] > 0
                && holdOutAt.SequenceEqual(holdOutAt.Distinct().Order())
                && holdOutAt.All(place => place % at[0] == 0)),
            "hold_out_at", "rising whole multiples of the first place of `at`, beside a `hold_out`",
            $"`{string.Join(", ", holdOutAt ?? [])}`", "write such as `hold_out_at: [10, 20]`");
        section.Finish();
        return new LadderOptions(at, decay, holdOut) { HoldOutAt = holdOutAt };
    }

    private static BatchStudyOptions? ReadBatches(YamlSection root, RunOptions recipe)
    {
        if (!root.Has("batch"))
            return null;
        var section = root.Section("batch", ["batches", "length"]);
        var batches = Numbers(section, "batches", "[1024, 2048, 4096, 8192]").Select(number => (long)number).ToList();
        var unit = (long)recipe.Data.SequenceLength * recipe.Parallel.MicroBatch;
        section.Require(
            batches.All(batch => batch > 0 && batch % unit == 0), "batches",
            $"multiples of a micro-batch, which has {unit} tokens in the recipe", $"`{string.Join(", ", batches)}`",
            $"write such as `batches: [{unit}, {2 * unit}, {4 * unit}, {8 * unit}]`");
        section.Require(
            batches.Count == 0 || batches.Distinct().Count() >= LossContour.LeastBatches, "batches",
            $"at least {LossContour.LeastBatches} batches: a parabola goes through any three", $"{batches.Count}",
            "add some");
        var length = Length(section);
        section.Finish();
        return new BatchStudyOptions(batches, length);
    }

    private static RateStudyOptions? ReadRates(YamlSection root)
    {
        if (!root.Has("learning_rate"))
            return null;
        var section = root.Section("learning_rate", ["rates", "length", "tokens", "decay", "seeds", "standard"]);
        var rates = Numbers(section, "rates", "[0.0025, 0.005, 0.01, 0.02, 0.04]").ToList();
        section.Require(
            rates.All(rate => rate > 0), "rates", "learning rates above zero", $"`{string.Join(", ", rates)}`",
            "write such as `rates: [0.005, 0.01, 0.02]`");
        var tokens = section.Length("tokens");
        section.Require(
            tokens is null or { Unit: ExtentUnit.Tokens }, "tokens", "a number of tokens", $"`{tokens}`",
            "write such as `tokens: 2M tokens`");
        section.Require(
            !section.Has("tokens") || !section.Has("length"), "tokens",
            "one length, in tokens or in tokens for each parameter", "both", "leave one of them out");
        var options = new RateStudyOptions(rates, Length(section), section.Truth("standard", true))
        {
            Tokens = (long?)tokens?.Amount,
            DecayPercent = section.Number(
                "decay", 0, "a percentage of 0 or more, below 100", value => value is >= 0 and < 100),
            Seeds = section.Whole("seeds", 1, 1, MostSeeds),
        };
        section.Finish();
        return options;
    }

    private static ScheduleStudyOptions? ReadSchedules(YamlSection root, List<TunnelSize> sizes)
    {
        if (!root.Has("schedules"))
            return null;
        var section = root.Section("schedules", ["size", "length", "decays", "seeds"]);
        var size = SizeName(section, sizes);
        var decays = Numbers(section, "decays", "[2.5, 10]").ToList();
        var options = new ScheduleStudyOptions(
            size, Length(section), decays, section.Whole("seeds", 3, 1, MostSeeds));
        section.Require(
            decays.Count == 0 || (decays.All(decay => decay is > 0 and < 100)
                && decays.SequenceEqual(decays.Distinct().Order()) && options.Parts is not null),
            "decays", "rising percentages above 0 and below 100, with one decimal at most",
            $"`{string.Join(", ", decays)}`", "write such as `decays: [2.5, 10]`");
        section.Finish();
        return options;
    }

    private static SearchOptions? ReadSearch(YamlSection root, List<TunnelSize> sizes)
    {
        if (!root.Has("search"))
            return null;
        var section = root.Section(
            "search", ["size", "trials", "together", "length", "halving", "seed", "repeats", "space"]);
        var size = SizeName(section, sizes);
        var space = section.Section("space");
        var parameters = space.Keys.Select(name => ReadParameter(space, name)).ToList();
        section.Require(
            parameters.Count > 0, "space", "at least one parameter with its range", "none",
            "write such as `space: { learning_rate: { from: 0.001, to: 0.1, log: true } }`");
        space.Finish();
        var options = new SearchOptions(
            size, section.Whole("trials", 40, 1, MostPlaces), Length(section), section.Whole("seed", 1UL, 0UL),
            section.Whole("repeats", 3, 0, 100), parameters)
        {
            Together = section.Whole("together", 2, 1, MostPlaces),
            Halving = ReadHalving(section),
        };
        section.Finish();
        return options;
    }

    private static string SizeName(YamlSection section, List<TunnelSize> sizes)
    {
        var size = section.Text("size") ?? (sizes.Count > 0 ? sizes[0].Name : "");
        section.Require(
            sizes.Any(one => one.Name == size), "size", "the name of one of the sizes", $"`{size}`",
            $"write such as `size: {(sizes.Count > 0 ? sizes[0].Name : "s")}`");
        return size;
    }

    private static HalvingOptions? ReadHalving(YamlSection search)
    {
        if (!search.Has("halving"))
            return null;
        var section = search.Section("halving", ["factor", "rungs", "check"]);
        var options = new HalvingOptions(
            section.Whole("factor", 3, 2, 10), section.Whole("rungs", 3, 2, 6),
            section.Whole("check", 3, 0, MostPlaces));
        section.Finish();
        return options;
    }

    private static SearchParameter ReadParameter(YamlSection space, string name)
    {
        var known = SearchParameter.Names;
        space.Require(
            known.Contains(name), name, $"a parameter that a search can vary: {string.Join(", ", known)}", $"`{name}`",
            $"write such as `{NearestKey.Of(name, known) ?? known.First()}`");
        var section = space.Section(name, ["from", "to", "log"]);
        var from = section.Number("from", 0.001, "a number above zero", value => value > 0);
        var to = section.Number("to", 0.1, "a number above zero", value => value > 0);
        foreach (var end in (string[])["from", "to"])
        {
            section.Require(
                section.Has(end) || section.HasProblem(end), end, "an end of the range", "nothing",
                $"write such as `{name}: {{ from: 0.001, to: 0.1, log: true }}`");
        }
        section.Require(
            from < to || section.HasProblem("from") || section.HasProblem("to"), "to", $"a number above {from}", to,
            "exchange the two ends");
        var parameter = new SearchParameter(name, from, to, section.Truth("log", false));
        section.Finish();
        return parameter;
    }

    private static int Length(YamlSection section) => section.Whole("length", 20, 1, 100_000);

    private static IEnumerable<double> Numbers(YamlSection section, string key, string example)
    {
        if (section.Node(key) is YamlSequenceNode { Children: { Count: > 0 and <= MostPlaces } items }
            && items.All(item => item is YamlScalarNode { Value: { } text } && Quantity.TryParse(text, out _)))
        {
            return items.Select(item => Quantity.TryParse(((YamlScalarNode)item).Value!, out var number) ? number : 0);
        }
        section.Problem(
            key, "a list of numbers", section.Has(key) ? "something else" : "nothing", $"write `{key}: {example}`");
        return [];
    }
}
