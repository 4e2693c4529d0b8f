using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Reads the file of <c>minicpm tunnel ablate</c>.</summary>
public static class AblationFile
{
    private const int MostSeeds = 100;
    private const int MostItems = 1000;

    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public static AblationOptions Parse(string yaml, string source)
    {
        var problems = new ProblemCollector();
        var mapping = YamlText.Load(yaml, source, problems);
        problems.ThrowIfAny();
        var root = new YamlSection(
            mapping, source, "", problems, null,
            ["trunk", "at", "decay", "mixture", "sft", "epochs", "seeds", "set", "tasks", "task_data"])
        {
            Kind = "an ablation file",
        };
        var trunk = root.RequiredText("trunk", "the folder of the run that both branches leave", "runs/first");
        var at = root.Text("at") ?? "latest";
        var decay = Decay(root);
        var mixture = root.RequiredText(
            "mixture", "a file with the shares of what one of the decays sees", "decay.yaml");
        var samples = Texts(root, "sft", "[chat.jsonl]");
        root.Require(
            samples.Count > 0 || root.HasProblem("sft"), "sft", "files of conversations", "none",
            "write such as `sft: [chat.jsonl]`");
        var epochs = Epochs(root);
        var options = new AblationOptions(
            trunk ?? "", at, decay, mixture ?? "", samples, epochs, root.Whole("seeds", 2, 1, MostSeeds),
            Texts(root, "set", "[schedule.learning_rate=1e-3]"), Texts(root, "tasks", "[arc-easy]"),
            root.Text("task_data") ?? "evaluation-sets");
        root.Finish();
        problems.ThrowIfAny();
        return options;
    }

    private static Extent Decay(YamlSection root)
    {
        var text = root.RequiredText("decay", "the length of both decays", "10%");
        if (text is null || Extent.TryParse(text, out var decay))
            return text is null ? default : Extent.Parse(text);
        root.Problem("decay", "tokens, steps, or percent of a branch", $"`{text}`", "write such as `decay: 10%`");
        return default;
    }

    private static List<double> Epochs(YamlSection root)
    {
        var texts = root.Has("epochs") ? Texts(root, "epochs", "[1, 2]") : ["1", "2"];
        var epochs = texts.Select(text => Quantity.TryParse(text, out var value) ? value : 0).ToList();
        root.Require(
            root.HasProblem("epochs") || (epochs is [> 0, > 0] && epochs[0] < epochs[1] && epochs[1] <= 1000),
            "epochs", "two numbers above zero, the smaller one first", $"`{string.Join(", ", texts)}`",
            "write such as `epochs: [1, 2]`");
        return epochs;
    }

    private static List<string> Texts(YamlSection section, string key, string example)
    {
        if (!section.Has(key))
            return [];
        if (section.Node(key) is YamlSequenceNode { Children: { Count: <= MostItems } items }
            && items.All(item => item is YamlScalarNode { Value.Length: > 0 }))
            return [.. items.Select(item => ((YamlScalarNode)item).Value!)];
        if (section.Node(key) is YamlScalarNode { Value: { Length: > 0 } one })
            return [one];
        section.Problem(key, "a list of words", "something else", $"write such as `{key}: {example}`");
        return [];
    }
}
