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
    public void Sampled_answers_are_the_same_on_one_rank_and_on_two_and_more_samples_go_on_with_those_before()
    {
        Train();
        string[] arguments =
        [
            "eval", "runs/asked", "--tasks", "gsm8k", "--flavour", "harness", "--data", Sets, "--limit", "2", "--json",
            "--temperature", "1",
        ];

        Tool.Minicpm(workspace.Folder, [.. arguments, "--scores", "first", "--samples", "2"]).Succeeded();
        var goesOn = Tool.Minicpm(workspace.Folder, [.. arguments, "--scores", "first", "--samples", "3"]).Succeeded();
        Tool.Mpirun(workspace.Folder, 2, [.. arguments, "--scores", "second", "--samples", "3"]).Succeeded();
        var refused = Tool.Minicpm(workspace.Folder, "eval", "runs/asked", "--tasks", "gsm8k", "--samples", "3");

        Assert.Contains("\"samples\":3,\"temperature\":1", goesOn.Output, Ordinal);
        Assert.Equal(6, Lines("second").Length);
        Assert.Equal(Lines("second"), Lines("first"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--samples: expected 1 without a temperature", refused.Errors, Ordinal);

        string[] Lines(string folder) =>
        [
            .. Directory.GetFiles(Path.Combine(workspace.Folder, folder), "*.jsonl").SelectMany(File.ReadLines)
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public void A_judge_rates_each_turn_and_a_second_call_asks_it_nothing()
    {
        Train();
        var questions = Path.Combine(workspace.Folder, "question.jsonl");
        File.WriteAllLines(questions,
        [
            """{"question_id": 1, "category": "writing", "turns": ["Say a word.", "And another."]}""",
            """{"question_id": 2, "category": "math", "turns": ["1 + 1?"], "reference": ["2"]}""",
        ]);
        // It rates the first turn 4 and all others 8, and counts its calls.
        var judge = Path.Combine(workspace.Folder, "judge");
        File.WriteAllText(judge, """
            #!/bin/sh
            read -r request
            echo "$request" >> calls
            case $request in *'"turn":1'*) echo 'Hm. [[4]]' ;; *) echo '[[8]]' ;; esac

            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(judge, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string[] arguments =
            ["eval", "runs/asked", "--questions", "question.jsonl", "--judge", "./judge", "--tokens", "8"];

        var first = Tool.Minicpm(workspace.Folder, arguments).Succeeded();
        var again = Tool.Minicpm(workspace.Folder, arguments).Succeeded();
        var calls = File.ReadAllLines(Path.Combine(workspace.Folder, "calls"));
        var noJudge = Tool.Minicpm(workspace.Folder, "eval", "runs/asked", "--questions", "question.jsonl");

        Assert.Equal(3, calls.Length);
        Assert.Contains("\"reference\":\"2\"", calls[2], Ordinal);
        Assert.Contains("5.00 ± 1.00 of 10", first.Output, Ordinal);    // The means 6 and 4 of two questions.
        Assert.Contains("turn 2", first.Output, Ordinal);
        Assert.Equal(first.Output, again.Output);
        File.WriteAllText(judge + "-of-nothing", "#!/bin/sh\necho 7 of 10\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(judge + "-of-nothing", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var unrated = Tool.Minicpm(
            workspace.Folder, "eval", "runs/asked", "--questions", "question.jsonl", "--judge", "./judge-of-nothing",
            "--tokens", "8");
        Assert.Equal(2, unrated.ExitCode);
        Assert.Contains("- ± - of 10", unrated.Output, Ordinal);
        Assert.Contains("such as [[7]], found none in 3, such as `7 of 10`", unrated.Errors, Ordinal);
        Assert.Equal(2, noJudge.ExitCode);
        Assert.Contains("--judge: expected a program, or the folder of a model", noJudge.Errors, Ordinal);
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
