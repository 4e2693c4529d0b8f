namespace MiniCpmDist.Core.Evaluation;

/// <summary>One way to ask the items of a task: whose rules, which mode, which texts.</summary>
public sealed record TaskForm
{
    /// <summary>Whose rules these are, such as <c>harness</c>.</summary>
    public required string Flavour { get; init; }

    public ScoringMode Mode { get; init; }

    /// <summary>Examples before each item.</summary>
    public int Shots { get; init; }

    /// <summary>Comes once, before the examples.</summary>
    public required TaskTemplate Preamble { get; init; }

    /// <summary>A file whose text comes before the examples, with the item's group for <c>*</c>; null: none.</summary>
    public string? PreambleFile { get; init; }

    public required TaskTemplate Prompt { get; init; }

    /// <summary>A line of <c>{{options}}</c>.</summary>
    public required TaskTemplate OptionLine { get; init; }

    /// <summary>What is scored of an option in <see cref="ScoringMode.Likelihood"/>.</summary>
    public required TaskTemplate Option { get; init; }

    /// <summary>What an example has after its prompt, and what a generated answer is compared with.</summary>
    public required TaskTemplate Target { get; init; }

    /// <summary>Comes between examples.</summary>
    public string Between { get; init; } = "\n\n";

    /// <summary>The rule that the flavour itself reports.</summary>
    public OptionRule Rule { get; init; }

    /// <summary>When a generated answer is right; several judge the same answers.</summary>
    public IReadOnlyList<AnswerMetric> Metrics { get; init; } = [];

    /// <summary>True where programs are run to judge answers.</summary>
    public bool RunsCode => Mode == ScoringMode.Generation && Metrics.Any(CodeProgram.IsCode);

    /// <summary>A generated answer ends before the first of these.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Tokens of a generated answer at most.</summary>
    public int Tokens { get; init; }

    /// <summary>The form among those of its task, in results.</summary>
    public string Name => $"{Flavour}/{EvaluationWords.Of(Mode)}";

    /// <summary>Everything that decides what a model is asked, for the record of a result.</summary>
    public string Template => string.Join('\u241e', [
        Name, $"{Shots} shots", Preamble.Source, PreambleFile ?? "", Prompt.Source, OptionLine.Source, Option.Source,
        Target.Source, Between, $"{Tokens} tokens", .. Stop]);
}
