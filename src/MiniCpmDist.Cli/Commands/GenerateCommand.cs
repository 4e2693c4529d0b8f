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
        var tokens = new Option<int>("--tokens")
        {
            Description = "Largest number of tokens to add.",
            DefaultValueFactory = _ => 128,
        };
        var temperature = new Option<double>("--temperature")
        {
            Description = "Temperature of the sampling; 0 takes the most likely token.",
            DefaultValueFactory = _ => StandardSampling.Temperature,
        };
        var topK = new Option<int>("--top-k")
        {
            Description = "Sample from the k most likely tokens; 0 samples from all.",
            DefaultValueFactory = _ => StandardSampling.TopK,
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Seed of the sampling; the same seed gives the same text.",
            DefaultValueFactory = _ => 1,
        };
        var at = CheckpointOption.Create();
        var command = new Command("generate", """
            Continues a prompt with the model of a run's checkpoint. If the newest checkpoint is damaged, the one before
            is used, with a message. A model that gives no finite numbers ends with exit code 3.

            Example:
              minicpm generate runs/first-decay --prompt "The kernel"
            """)
        {
            folder, at, prompt, tokens.Within(1), temperature.Within(0, 100), topK.Within(0), seed,
        };
        command.SetAction(line =>
        {
            ComputeThreads.Set(Environment.ProcessorCount);
            using var model = TrainedModel.LoadCollective(
                line.GetValue(folder)!, line.GetValue(at)!, new LoopbackCommunicator(), keepsPacked: true);
            PassedOverText.Tell(model.PassedOver, model.Step);
            if (model.NoteOn(line.GetValue(prompt)!) is { } note)
                Console.Error.WriteLine($"note: {note}");
            var options = new GenerationOptions(
                line.GetValue(tokens), line.GetValue(temperature), line.GetValue(topK), line.GetValue(seed));
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
