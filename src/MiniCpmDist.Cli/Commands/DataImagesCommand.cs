using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.ImageChat;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data images</c>: from conversations about pictures to sequences.</summary>
internal static class DataImagesCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Conversations: *.jsonl or *.json, also with .gz or .zst, or *.parquet.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out") { Description = "Folder to make; must not exist.", Required = true };
        var tokenizer = new Option<string>("--tokenizer") { Description = "SentencePiece model.", Required = true };
        var sighted = ModelPresets.All.Where(preset => preset.Value.Vision is not null).ToArray();
        var model = new Option<string>("--model")
        {
            Description = "Preset whose rules cut the pictures.",
            DefaultValueFactory = _ => sighted[0].Key,
        };
        model.AcceptOnlyFromAmong([.. sighted.Select(preset => preset.Key)]);
        var heldOut = new Option<string[]>("--held-out")
        {
            Description = "Conversations that are only measured on; may be given again.",
            AllowMultipleArgumentsPerToken = true,
        };
        var length = new Option<int>("--sequence-length")
        {
            Description = "Tokens in a sequence, into which whole conversations are packed.",
            DefaultValueFactory = _ => 512,
        }.Within(2, 1 << 20);
        var template = TemplateChoice.Option($"How a conversation is written (default: {TemplateChoice.Standard})");
        var name = new Option<string>("--name")
        {
            Description = "What a mixture calls this source.",
            DefaultValueFactory = _ => "images",
        };
        var command = new Command("images", """
            Makes a data folder of conversations about pictures, one {"image", "conversations"} a line, where `image` is
            a file, or a list of files, seen from the folder of the line's file, and <image> in a question is where a
            picture stands. Pictures are read, cut into slices as the model's image processor does it, and packed with
            their texts: whole conversations, each seen by itself. One that is too long is dropped and counted, so no
            picture is ever cut through. Pictures that cannot be read are named, and nothing is made.

            Example:
              minicpm data images scenes/train.jsonl --held-out scenes/held-out.jsonl --tokenizer t.model --out seen
            """) { files, output, tokenizer, model, heldOut, length, template, name };
        command.SetAction(line =>
        {
            var problems = new ProblemCollector();
            foreach (var file in line.GetValue(files)!.Concat(line.GetValue(heldOut) ?? []))
            {
                problems.Require(
                    File.Exists(file), file, "a file of conversations",
                    Directory.Exists(file) ? "a folder" : "nothing of that name", "for example scenes/train.jsonl");
            }
            var written = problems.Try(
                () => TemplateChoice.Read(line.GetValue(template)) ?? TemplateChoice.Of(""));
            problems.ThrowIfAny();
            var options = new ImageChatOptions(
                line.GetValue(files)!, line.GetValue(heldOut) ?? [], line.GetValue(tokenizer)!, written!,
                line.GetValue(length), ModelPresets.All[line.GetValue(model)!].Vision!)
            {
                Name = line.GetValue(name)!,
            };
            var display = new WorkDisplay(Screen.FromEnvironment());
            var folder = line.GetValue(output)!;
            var report = ImageChatBuild.Run(
                options, folder, (done, all) => display.Show(() => $"packing: {done} of {all} sequences"));
            display.Done(string.Create(
                CultureInfo.InvariantCulture,
                $"{folder}: {report.Packed} of {report.Samples} conversations ({report.TooLong} too long) with "
                + $"{report.Parts} parts of pictures in {report.Sequences} sequences of {options.SequenceLength}, "
                + $"{100.0 * report.Kept / Math.Max(1, report.Positions):F1} % of the positions filled"));
        });
        return command;
    }
}
