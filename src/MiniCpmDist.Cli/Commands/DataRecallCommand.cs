using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recall;
using MiniCpmDist.Data.Recall;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data recall</c>: made-up documents that ask for what stands far back in them.</summary>
internal static class DataRecallCommand
{
    public static Command Create()
    {
        var tokenizer = new Option<string>("--tokenizer")
        {
            Description = "SentencePiece model that counts the tokens.",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "File of JSON lines to make.", Required = true };
        var lengths = RecallArguments.Lengths("4096");
        lengths.Description = "Tokens of a document, exactly; several with commas between them take turns.";
        var count = new Option<int>("--count")
        {
            Description = "Documents to make.",
            DefaultValueFactory = _ => 1000,
        };
        var kinds = new Option<string>("--kinds")
        {
            Description = "What they ask for, with commas: "
                + $"{string.Join(", ", RecallWords.Kinds.Select(kind => kind.Word))} (default: all of them).",
            DefaultValueFactory = _ => string.Join(',', RecallWords.Kinds.Select(kind => kind.Word)),
        };
        var needles = RecallArguments.Needles("Numbers that a document of `needles` asks for: from 1 to so many.", 4);
        var copied = new Option<int>("--copied")
        {
            Description = "Words that a document of `copy` asks for. A small model learns to look back from many words "
                + "near by before it learns it from few that are far away.",
            DefaultValueFactory = _ => RecallMaker.StandardCopied,
        };
        var seed = SamplingArguments.Seed();
        seed.Description = "Decides all documents.";
        var plain = new Option<bool>("--plain")
        {
            Description = "Write plain texts, which bear loss everywhere. Else they are pairs, and the answers alone "
                + "bear loss.",
        };
        var command = new Command("recall", """
            Makes documents that end with a question about something far back in them: a number among sentences
            (passkey), numbers of several people (needles), the value of a key among many (pairs), words in their order
            (copy). Each is exactly as long as --tokens says, so that sequences of that length, or of a multiple of it,
            hold whole documents. The same options give the same file. `minicpm eval --needle` asks such questions.

            Example:
              minicpm data recall --tokenizer tokenizer.model --tokens 4096 --count 2000 --out recall.jsonl
              minicpm data recall --tokenizer tokenizer.model --tokens 512,4096 --kinds copy --plain --out m.jsonl
              minicpm data build --tokenizer tokenizer.model --sequence-length 4096 --out data/recall recall.jsonl
            """)
        {
            tokenizer, output, lengths, count.Within(1, 10_000_000), kinds, needles, copied.Within(1, 100_000),
            seed, plain,
        };
        command.SetAction(line =>
        {
            var problems = new ProblemCollector();
            var file = new RecallFile(line.GetValue(tokenizer)!, line.GetValue(output)!)
            {
                Kinds = problems.Try(() => RecallArguments.ReadKinds("--kinds", line.GetValue(kinds)!)) ?? [],
                Lengths = problems.Try(() => RecallArguments.ReadLengths("--tokens", line.GetValue(lengths)!)) ?? [],
                Count = line.GetValue(count),
                Needles = line.GetValue(needles),
                Copied = line.GetValue(copied),
                Seed = line.GetValue(seed),
                IsPlain = line.GetValue(plain),
            };
            problems.ThrowIfAny();
            var display = new WorkDisplay(Screen.FromEnvironment());
            var made = file.Write(done => display.Show(
                () => $"{done} of {file.Count} documents | {display.Eta(done, file.Count)}"));
            display.Done($"{file.Output}: {string.Join(
                ", ", made.Select(entry => $"{entry.Count} {RecallWords.Of(entry.Kind)}"))}");
        });
        return command;
    }
}
