namespace MiniCpmDist.Distributed.Tests;

/// <summary>Over the small sets of launch/examples, in both modes.</summary>
public sealed class TaskEvaluationTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const string Tasks = "arc-easy,mmlu,gsm8k";

    private static string Sets { get; } =
        Path.Combine(Tool.RepositoryRoot, "launch", "examples", "evaluation-sets");

    [Fact]
    public void Log_probabilities_have_the_same_bits_on_one_rank_on_three_and_after_a_kill()
    {
        Train();
        var expected = Details("one", Tool.Minicpm(workspace.Folder, Arguments("one", "--batch-tokens", "1")));

        var three = Details("three", Tool.Mpirun(workspace.Folder, 3, Arguments("three")));
        // What a kill leaves: some whole lines, half of one, and no later task.
        var files = Directory.GetFiles(Path.Combine(workspace.Folder, "three"), "*.0.jsonl").Order().ToArray();
        File.WriteAllText(files[0], File.ReadLines(files[0]).First() + "\n" + File.ReadAllText(files[0])[..20]);
        files[1..].ToList().ForEach(File.Delete);
        var again = Details("three", Tool.Mpirun(workspace.Folder, 2, Arguments("three")));

        Assert.NotEmpty(expected);
        Assert.Equal(expected, three);
        Assert.Equal(expected, again);
    }

    [Fact]
    public void A_set_with_faults_is_refused_with_all_of_them_or_counted_as_wrong_and_never_shortened()
    {
        Train();
        var set = Path.Combine(workspace.Folder, "sets", "arc", "ARC-Easy");
        Directory.CreateDirectory(set);
        File.WriteAllLines(Path.Combine(set, "ARC-Easy-Test.jsonl"), [
            Item("x", """ "id":"a","answerKey":"A" """), Item("y", """ "id":"b" """),
            Item("y", """ "id":"c","answerKey":"A" """),
        ]);
        string[] arguments =
            ["eval", "runs/asked", "--tasks", "arc-easy", "--data", "sets", "--flavour", "harness"];

        var refused = Tool.Minicpm(workspace.Folder, arguments);
        var counted = Tool.Minicpm(
            workspace.Folder, [.. arguments, "--faulty", "wrong", "--json", "--metrics-file", "x.prom"]).Succeeded();

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("ARC-Easy-Test.jsonl:1: expected options that differ", refused.Errors, Ordinal);
        Assert.Contains("ARC-Easy-Test.jsonl:2: expected a value at `answerKey`", refused.Errors, Ordinal);
        Assert.Equal(4, counted.Output.Trim().Split('\n').Count(
            line => line.Contains("\"items\":3", Ordinal) && line.Contains("\"faulty\":2", Ordinal)));
        Assert.Contains(
            """minicpm_eval_score{run="asked",task="arc-easy",flavour="harness",mode="likelihood",rule="bytes"} 0""",
            File.ReadAllText(Path.Combine(workspace.Folder, "x.prom")), Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_and_options_of_another_kind_of_evaluation_are_refused()
    {
        Train();
        File.WriteAllBytes(Path.Combine(workspace.Folder, "bytes"), [0xFF, 0xFE, 0x00, 0xC3]);

        var bytes = Tool.Minicpm(workspace.Folder, "eval", "runs/asked", "--text", "bytes");
        var mixed = Tool.Minicpm(
            workspace.Folder, "eval", "runs/asked", "--tasks", "arc-easy", "--text", "bytes", "--on", "tokens");

        Assert.Equal((2, 2), (bytes.ExitCode, mixed.ExitCode));
        Assert.Contains("expected a text in UTF-8", bytes.Errors, Ordinal);
        Assert.Contains("--text: expected an option that goes with --tasks", mixed.Errors, Ordinal);
        Assert.Contains("--on: expected an option that goes with --tasks", mixed.Errors, Ordinal);
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static string Item(string second, string member) =>
        """{"question":{"stem":"?","choices":[{"text":"x","label":"A"},{"text":"SECOND","label":"B"}]},"""
            .Replace("SECOND", second, Ordinal) + member + "}";

    private static string[] Arguments(string folder, params string[] more) =>
    [
        "eval", "runs/asked", "--tasks", Tasks, "--data", Sets, "--scores", folder, "--details", folder + ".jsonl",
        .. more,
    ];

    private void Train()
    {
        if (!Directory.Exists(Path.Combine(workspace.Folder, "runs", "asked")))
            Tool.Minicpm(workspace.Folder, "train", workspace.RunFile("asked")).Succeeded();
    }

    private string[] Details(string name, ToolResult result)
    {
        result.Succeeded();
        return File.ReadAllLines(Path.Combine(workspace.Folder, name + ".jsonl"));
    }
}
