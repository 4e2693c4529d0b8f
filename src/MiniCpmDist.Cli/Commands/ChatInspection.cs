using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Chat;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data inspect --chat</c>: samples as a model reads them, with what it learns marked.</summary>
internal sealed class ChatInspection
{
    private readonly Option<string?> _chat = new("--chat")
    {
        Description = "Print conversations of this file as a model reads them; what it learns stands between 【 and 】.",
    };

    private readonly Option<bool> _preferences = new("--preferences")
    {
        Description = "With --chat: the file has pairs of answers, for `minicpm dpo`.",
    };

    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "With --chat: SentencePiece model.",
    };

    private readonly Option<string?> _template = TemplateChoice.Option(
        $"With --chat: how a conversation is written (default: {TemplateChoice.Standard})");

    private readonly Option<int> _length = new Option<int>("--sequence-length")
    {
        Description = "With --chat: tokens in a sequence; longer samples are marked as dropped.",
        DefaultValueFactory = _ => 4096,
    }.Within(1, 1 << 20);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_chat, _preferences, _tokenizer, _template, _length])
            command.Options.Add(option);
    }

    /// <returns>False where the command line asks for nothing of this.</returns>
    /// <exception cref="ConfigurationException">Everything that is wrong.</exception>
    public bool Run(ParseResult line, int samples)
    {
        if (line.GetValue(_chat) is not { } file)
            return false;
        var problems = new ProblemCollector();
        problems.Require(
            line.GetValue(_tokenizer) is not null, "--tokenizer", "a SentencePiece model", "nothing",
            "for example --tokenizer tokenizer.model");
        problems.Require(File.Exists(file), "--chat", "a file of samples", $"`{file}`, which is not there", "check it");
        var template = problems.Try(() => TemplateChoice.Read(line.GetValue(_template)) ?? TemplateChoice.Of(""));
        problems.ThrowIfAny();
        var options = new ChatDataOptions([file], line.GetValue(_tokenizer)!, template!, line.GetValue(_length))
        {
            IsPreferences = line.GetValue(_preferences),
        };
        var read = ChatSampleText.Read(options);
        foreach (var (i, sample) in read.Take(samples).Index())
        {
            var isLong = sample.Tokens - 1 > options.SequenceLength ? "; too long, it is dropped" : "";
            Console.WriteLine(
                $"sample {i + 1}: {sample.Tokens} tokens, {sample.ScoredTokens} of them scored{isLong}");
            Console.WriteLine(sample.Text);
            foreach (var never in sample.NeverScored)
                Console.WriteLine($"  {never}");
        }
        if (!read.Any(sample => sample.ScoresAnEnd))
        {
            problems.Add(
                file, "an end of an answer that a model learns", "none: such a model never stops",
                "take a template with `end_piece: every`, or with text in `answer_end`");
            problems.ThrowIfAny();
        }
        return true;
    }
}
