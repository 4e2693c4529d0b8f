using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Filtering;

/// <summary>
/// Rules for texts, in order, out of a YAML file. Whether a text is kept depends on the text and the file alone, not on
/// other texts, their order, or who looks.
/// </summary>
public sealed class FilterPipeline
{
    private const int MostWords = 32;    // of an n-gram

    private FilterPipeline(string text, IReadOnlyList<FilterRule> rules, ClassifierOptions? classifier) =>
        (Text, Rules, Classifier) = (text, rules, classifier);

    /// <summary>The file's text, by which a run that goes on knows its pipeline.</summary>
    public string Text { get; }

    public IReadOnlyList<FilterRule> Rules { get; }

    /// <summary>Asked about what the rules keep; null for none.</summary>
    public ClassifierOptions? Classifier { get; }

    /// <summary>The names of all rules in order, the classifier's last.</summary>
    public IEnumerable<string> Names =>
        Rules.Select(rule => rule.Name).Concat(Classifier is null ? [] : [ClassifierOptions.RuleName]);

    /// <summary>The first rule that removes a text, and what it measured; null where all keep it.</summary>
    public (FilterRule Rule, double Value)? Removes(string text)
    {
        var facts = new TextFacts(text);
        foreach (var rule in Rules)
        {
            var value = rule.Measure.Of(facts, rule);
            if (!rule.Keeps(value))
                return (rule, value);
        }
        return null;
    }

    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for problems.</param>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public static FilterPipeline Read(string yaml, string source)
    {
        var problems = new ProblemCollector();
        var mapping = YamlText.Load(yaml, source, problems);
        problems.ThrowIfAny();
        var root = new YamlSection(mapping, source, "", problems) { Kind = "a pipeline" };
        var rules = root.Sections(
            "rules", "measure: words, least: 50",
                ["measure", "least", "most", "n", "words", "phrases", "scripts", "name"])
            .Select(Rule).OfType<FilterRule>().ToList();
        var classifier = root.Has("classifier") ? ReadClassifier(root) : null;
        if (!root.Has("classifier"))
            root.Node("classifier");
        root.Require(
            rules.Count > 0 || classifier is not null || problems.Any, "rules", "one rule at least", "none",
            "write `rules: [{ measure: words, least: 50 }]`");
        foreach (var twice in rules.GroupBy(rule => rule.Name).Where(same => same.Count() > 1))
        {
            root.Problem(
                "rules", "names that differ", $"{twice.Count()} rules called `{twice.Key}`",
                "give one of them a `name` of its own");
        }
        root.Finish();
        problems.ThrowIfAny();
        return new FilterPipeline(yaml, rules, classifier);
    }

    private static FilterRule? Rule(YamlSection section)
    {
        var name = section.RequiredText("measure", "what is measured", "words");
        var measure = FilterMeasure.All.FirstOrDefault(known => known.Name == name);
        if (name is not null && measure is null)
        {
            string[] names = [.. FilterMeasure.All.Select(known => known.Name)];
            section.Problem(
                "measure", string.Join(", ", names), $"`{name}`",
                NearestKey.Of(name, names) is { } nearest ? $"did you mean `{nearest}`?" : "name one of these");
        }
        var (least, most) = Bounds(section);
        var n = section.Whole("n", 0, 1, MostWords);
        var texts = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var key in (string[])["words", "phrases", "scripts"])
            texts[key] = section.Texts(key);
        foreach (var (key, isThere) in texts.Select(list => (list.Key, list.Value.Count > 0)).Append(("n", n > 0)))
        {
            if (measure is not null && !section.HasProblem(key))
            {
                section.Require(
                    isThere == (measure.Needs == key), key, isThere ? $"no `{key}` for {name}" : $"`{key}` for {name}",
                    isThere ? "some" : "none", isThere ? "leave it out" : Example(key));
            }
        }
        foreach (var script in texts["scripts"].Except(Scripts.Names))
        {
            section.Problem(
                "scripts", string.Join(", ", Scripts.Names), $"`{script}`",
                NearestKey.Of(script, Scripts.Names) is { } near ? $"did you mean `{near}`?" : "name one of these");
        }
        var own = section.Text("name") ?? (n > 0 ? $"{name}_{n}" : name);
        section.Finish();
        return measure is null || own is null
            ? null
            : new FilterRule(own, measure, least, most, n, measure.Needs is "" or "n" ? [] : texts[measure.Needs]);
    }

    private static ClassifierOptions ReadClassifier(YamlSection root)
    {
        var section = root.Section("classifier", ["program", "least", "most"]);
        var program = section.Texts("program");
        section.Require(
            program.Count > 0 || section.HasProblem("program"), "program", "a program and its arguments", "nothing",
            "write such as `program: [python3, score.py]`");
        var (least, most) = Bounds(section);
        section.Finish();
        return new ClassifierOptions(program, least, most);
    }

    private static (double Least, double Most) Bounds(YamlSection section)
    {
        var least = section.Number("least", double.NegativeInfinity, "a number", double.IsFinite);
        var most = section.Number("most", double.PositiveInfinity, "a number", double.IsFinite);
        section.Require(
            section.Has("least") || section.Has("most"), "least", "`least` or `most`, or both", "neither",
            "write such as `least: 50`");
        section.Require(
            least <= most, "least", $"at most `most`, {most}", least, "exchange them, or leave one out");
        return (least, most);
    }

    private static string Example(string key) => key switch
    {
        "n" => "write such as `n: 5`",
        "words" => "write such as `words: [the, of, and]`",
        "phrases" => "write such as `phrases: [lorem ipsum]`",
        _ => "write such as `scripts: [latin]`",
    };
}
