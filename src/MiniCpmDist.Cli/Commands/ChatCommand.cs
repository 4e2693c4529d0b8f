using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Images;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm chat</c>: a conversation with a run's checkpoint.</summary>
internal static class ChatCommand
{
    private const string Prompt = "> ";

    // A quarter of the window is kept for an answer about pictures.
    private const int AnswerShare = 4;

    public static Command Create()
    {
        var folder = new Argument<string>("run-folder") { Description = "Folder of the run." };
        var system = new Option<string?>("--system") { Description = "A system message in front of the conversation." };
        var template = TemplateChoice.Option(
            $"How the conversation is written (default: the run's own, or {TemplateChoice.Standard})");
        var single = new Option<bool>("--single")
        {
            Description = "Each line is a conversation of its own; each answer is printed on one line.",
        };
        var image = new Option<string[]>("--image")
        {
            Description = "Pictures that the first question is about, or every one with --single; "
                + "may be given again. The model is one that sees.",
            AllowMultipleArgumentsPerToken = true,
        };
        var at = CheckpointOption.Create();
        var sampling = new SamplingArguments(256);
        var command = new Command("chat", """
            Talks with the model of a run's checkpoint: each line of the input is a question. The conversation is
            written with the run's template. The oldest questions are left out when it no longer fits into the window
            that the model was trained with. An answer ends where the template says, or after --tokens. Ctrl-D ends the
            command.

            Example:
              minicpm chat runs/first-sft --system "You can add."
              minicpm chat runs/first-sft --single --temperature 0
              minicpm chat runs/sighted --image scenes/images/held-out-000000.png
            """) { folder, at, system, template, single, image };
        sampling.AddTo(command);
        command.SetAction(line =>
        {
            var named = TemplateChoice.Read(line.GetValue(template));
            RgbImage[] pictures = [.. (line.GetValue(image) ?? []).Select(ImageFile.Read)];
            ComputeThreads.Set(Environment.ProcessorCount);
            using var model = TrainedModel.LoadCollective(
                line.GetValue(folder)!, line.GetValue(at)!, new LoopbackCommunicator());
            PassedOverText.Tell(model.PassedOver, model.Step);
            var used = named ?? model.Template ?? TemplateChoice.Of("");
            var beginning = line.GetValue(system) is { } text
                ? new Conversation([new ChatMessage(ChatRole.System, Unmarked(text))])
                : new Conversation([]);
            Talk(model, used, beginning, pictures, sampling.Of(line), line.GetValue(single));
        });
        return command;
    }

    private static void Talk(
        TrainedModel model, ChatTemplate template, Conversation beginning, RgbImage[] pictures,
        GenerationOptions options, bool isSingle)
    {
        var output = Console.IsOutputRedirected ? PlainConsole.Raw : Console.Out;
        var conversation = beginning;
        for (var turn = 0; Ask(output) is { } question; turn++)
        {
            if (string.IsNullOrWhiteSpace(question))
                continue;
            if (model.NoteOn(question) is { } note)
                Console.Error.WriteLine($"note: {note}");
            var isFirst = isSingle || conversation == beginning;
            conversation = (isSingle ? beginning : conversation).With(
                ChatRole.User, new string(ImageConversation.Mark, isFirst ? pictures.Length : 0) + Unmarked(question));
            if (pictures.Length > 0)
                conversation = Fit(model, template, conversation, pictures);
            var answer = "";
            // Each answer has random numbers of its own.
            var picking = options with { Stream = $"chat-{turn}" };
            foreach (var part in pictures.Length == 0
                ? model.Answer(template, conversation, picking)
                : model.AnswerAbout(template, conversation, pictures, picking))
            {
                output.Write(isSingle ? part.ReplaceLineEndings(" ") : part);
                output.Flush();
                answer += part;
            }
            output.WriteLine();
            conversation = conversation.With(ChatRole.Assistant, Unmarked(answer));
        }
    }

    // The pictures stay, in front of the oldest question that does.
    private static Conversation Fit(
        TrainedModel model, ChatTemplate template, Conversation conversation, RgbImage[] pictures)
    {
        return Shown(ChatHistory.Fit(
            conversation, model.Window - model.Window / AnswerShare,
            some => model.TokensOf(template, Shown(some), pictures)));

        Conversation Shown(Conversation some)
        {
            if (some.Messages.Any(message => message.Text.Contains(ImageConversation.Mark)))
                return some;
            var first = some.Messages.Index().First(message => message.Item.Role == ChatRole.User).Index;
            return new Conversation([.. some.Messages.Select((message, i) => i != first ? message : message with
            {
                Text = new string(ImageConversation.Mark, pictures.Length) + message.Text,
            })]);
        }
    }

    // What stands for a picture here is no character of a text.
    private static string Unmarked(string text) => text.Replace(ImageConversation.Mark, ' ');

    private static string? Ask(TextWriter output)
    {
        if (!Console.IsInputRedirected)
            output.Write(Prompt);
        output.Flush();
        return Console.ReadLine();
    }
}
