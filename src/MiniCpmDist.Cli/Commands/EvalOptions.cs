using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Evaluation;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Recall;

namespace MiniCpmDist.Cli.Commands;

/// <summary>The options of <c>minicpm eval</c>.</summary>
internal sealed class EvalOptions
{
    public Argument<string[]> Folders { get; } = new("run-folder")
    {
        Description = "Folders of the runs, or of Hugging Face models, plain or quantized.",
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<int?> Sequences { get; } = new Option<int?>("--sequences")
    {
        Description = "Held-out sequences to read (default: data.evaluate_sequences of the run).",
    }.Within(1);

    public Option<string?> On { get; } = new("--on")
    {
        Description = "Read the held-out text of this run, such as a trunk's, or of this data folder (default: that of "
            + "the run).",
    };

    public Option<string?> Against { get; } = new("--against")
    {
        Description = "Model to compare with, token by token: the one that a quantized folder was made from.",
    };

    public Option<string> At { get; } = CheckpointOption.Create();

    public Option<bool> Json { get; } = JsonLine.Option();

    public Option<string[]> Tasks { get; } = new("--tasks")
    {
        Description = "Tasks instead of the held-out loss, with commas between them, such as mmlu,gsm8k; a task of "
            + "your own is the path of its .yaml file.",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => [.. result.Tokens.SelectMany(
            token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };

    public Option<string> Data { get; } = new("--data")
    {
        Description = "Folder that has the sets of the tasks as they are published; nothing is downloaded.",
        DefaultValueFactory = _ => "evaluation-sets",
    };

    public Option<string?> Flavour { get; } = new("--flavour")
    {
        Description = "Whose rules: harness (lm-evaluation-harness) or ultraeval; all that a task has by default.",
    };

    public Option<int?> Limit { get; } = new Option<int?>("--limit")
    {
        Description = "Items of each task at most, from its first on.",
    }.Within(1);

    public Option<int> BatchTokens { get; } = new Option<int>("--batch-tokens")
    {
        Description = "Positions that go through the model together. They change speed and memory, and no bit.",
        DefaultValueFactory = _ => 512,
    }.Within(1, 1 << 20);

    public Option<string?> Scores { get; } = new("--scores")
    {
        Description = "Folder in which the scores of items are kept and found again (default: evaluation in the run).",
    };

    public Option<string?> Details { get; } = new("--details")
    {
        Description = "File to write: for each item one JSON object with the text, the token ids and the answer.",
    };

    public Option<string?> MetricsFile { get; } = new("--metrics-file")
    {
        Description = "File to write for Prometheus' node_exporter (textfile collector), such as minicpm.prom: "
            + "minicpm_eval_score and its error.",
    };

    public Option<string> Faulty { get; } = Choice(new("--faulty")
    {
        Description = "What to do about items that lack something: refuse the set, or count them as wrong.",
        DefaultValueFactory = _ => TaskRequest.Refuse,
    });

    public Option<int> Samples { get; } = new Option<int>("--samples")
    {
        Description = "Answers to each item in generation; more than one need --temperature. Programs then have "
            + "pass@5, pass@10 and pass@100 as well, as far as there are so many.",
        DefaultValueFactory = _ => 1,
    }.Within(1, 10_000);

    public Option<double> Temperature { get; } = SamplingArguments.Temperature(0);

    public Option<double> TopP { get; } = SamplingArguments.TopP();

    public Option<ulong> Seed { get; } = SamplingArguments.Seed();

    public Option<bool> UnprotectedCode { get; } = new("--unprotected-code")
    {
        Description = "Run the programs that a model writes with limits but outside the sandbox. They can then read, "
            + "delete and send what you can.",
    };

    public Option<bool> Compare { get; } = new("--compare")
    {
        Description = "Two runs: also show how they differ, item by item, with the error of the difference.",
        Arity = ArgumentArity.Zero,
    };

    public Option<bool> AllBranches { get; } = new("--all-branches")
    {
        Description = "Also evaluate every run that branched from those that are named.",
    };

    public Option<string?> Questions { get; } = new("--questions")
    {
        Description = "File of questions in MT-Bench's form (question.jsonl): the model answers each turn, and the "
            + "judge rates each answer from 1 to 10.",
    };

    public Option<string?> Judge { get; } = new("--judge")
    {
        Description = "Who rates: the folder of a run or of a Hugging Face model, or a program. A program is started "
            + "for each answer, reads a JSON object, and writes a text with a rating such as [[7]].",
    };

    public Option<string?> Template { get; } = TemplateChoice.Option(
        $"How questions are written (default: the run's own, or {TemplateChoice.Standard})");

    public Option<int> Tokens { get; } = new Option<int>("--tokens")
    {
        Description = "Tokens of an answer to --questions at most; never more than the model's window.",
        DefaultValueFactory = _ => 256,
    }.Within(1);

    public Option<string[]> Text { get; } = new("--text")
    {
        Description = "Files of text: bits per byte, and the loss by position, instead of the held-out loss.",
    };

    public Option<string?> Pictures { get; } = new("--pictures")
    {
        Description = "File of conversations about pictures, such as held-out.jsonl of `minicpm data scenes`: the "
            + "model is asked every question, and answers that are right word for word are counted by kind.",
    };

    public Option<bool> Blank { get; } = new("--blank")
    {
        Description = "With --pictures: show grey pictures, to see what can be guessed without them.",
    };

    public Option<int?> Stride { get; } = new Option<int?>("--stride")
    {
        Description = "Tokens from one window over a text to the next (default: half of the model's window).",
    }.Within(1);

    public Option<bool> ByPosition { get; } = new("--by-position")
    {
        Description = "Also print the held-out loss by how many tokens of its document a token has before it.",
    };

    public Option<string?> Needle { get; } = Needles(new("--needle")
    {
        Description = "Ask for something far back in made-up documents, instead of the held-out loss: passkey, "
            + "needles, pairs or copy, as `minicpm data recall` makes them. A grid over --lengths and --depths.",
    });

    public Option<string?> Lengths { get; } = new("--lengths")
    {
        Description = "Tokens of the documents of --needle, with commas (default: the run's sequence length).",
    };

    public Option<int> Depths { get; } = new Option<int>("--depths")
    {
        Description = "Depths of --needle, from the beginning of a document to its end.",
        DefaultValueFactory = _ => 5,
    }.Within(1, 100);

    public Option<int> Trials { get; } = new Option<int>("--trials")
    {
        Description = "Documents of each length and depth of --needle.",
        DefaultValueFactory = _ => 10,
    }.Within(1, 10_000);

    public Option<int> NeedleCount { get; } =
        RecallArguments.Needles("Numbers that a question of --needle needles asks for.", 4);

    public Option<string?> Picture { get; } = new("--svg")
    {
        Description = "SVG file with the grids of --needle; an existing file is replaced.",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Folders);
        foreach (var option in (Option[])
        [
            Sequences, On, Against, At, Json, Tasks, Data, Flavour, Limit, BatchTokens, Scores, Details, MetricsFile,
            Faulty, Samples, Temperature, TopP, Seed, UnprotectedCode, Compare, AllBranches, Questions, Judge,
            Template, Tokens, Text, Stride, ByPosition, Needle, Lengths, Depths, Trials, NeedleCount, Picture,
            Pictures, Blank,
        ])
            command.Options.Add(option);
    }

    private static Option<string?> Needles(Option<string?> option)
    {
        option.AcceptOnlyFromAmong([.. RecallWords.Kinds.Select(kind => kind.Word)]);
        return option;
    }

    private static Option<string> Choice(Option<string> option)
    {
        option.AcceptOnlyFromAmong(TaskRequest.Refuse, TaskRequest.Wrong);
        return option;
    }
}
