using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm generate</c>: text from a run's checkpoint.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("run-folder")
        {
            Description = "Folder of the run, or of a Hugging Face model, plain or quantized.",
        };
        var prompt = new Option<string>("--prompt")
        {
            Description = "Text to continue.",
            DefaultValueFactory = _ => "",
        };
        var sampling = new SamplingArguments(128);
        var at = CheckpointOption.Create();
        var command = new Command("generate", """
            Continues a prompt with the model of a run's checkpoint. If the newest checkpoint is damaged, the one before
            is used, with a message. A model that gives no finite numbers ends with exit code 3.

            Example:
              minicpm generate runs/first-decay --prompt "The kernel"
            """)
        {
            folder, at, prompt,
        };
        sampling.AddTo(command);
        command.SetAction(line =>
        {
            ComputeThreads.Set(Environment.ProcessorCount);
            using var model = TrainedModel.LoadCollective(
                line.GetValue(folder)!, line.GetValue(at)!, new LoopbackCommunicator(), keepsPacked: true);
            PassedOverText.Tell(model.PassedOver, model.Step);
            if (model.NoteOn(line.GetValue(prompt)!) is { } note)
                Console.Error.WriteLine($"note: {note}");
            var options = sampling.Of(line);
            // A file takes the text as it is; a terminal would act on some characters.
            var output = Console.IsOutputRedirected ? PlainConsole.Raw : Console.Out;
            output.Write(line.GetValue(prompt));
            try
            {
                foreach (var text in model.Continue(line.GetValue(prompt)!, options))
                    output.Write(text);
            }
            finally
            {
                output.WriteLine();
            }
        });
        return command;
    }
}
