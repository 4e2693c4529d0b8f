using System.CommandLine;
using MiniCpmDist.Core.Alignment;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm dpo</c>: a run that learns which of two answers is preferred.</summary>
internal static class DpoCommand
{
    public static Command Create()
    {
        var arguments = new AlignArguments();
        var separate = new Option<bool>("--separate-prompts")
        {
            Description = "Give each answer a copy of the prompt; by default both answers of a pair share one.",
        };
        var command = new Command("dpo", """
            Makes a run of direct preference optimization (DPO). A sample has a `prompt` (a text or messages) and the
            answers `chosen` and `rejected`. The reference is the parent's checkpoint: what it says of every answer is
            computed once, before the first step, and kept in the run's folder. The learning rate is 1e-5 for all
            parameters and follows a cosine. metrics.jsonl has the margin, the accuracy and the rewards of each step.
            Train the run with `minicpm resume`, on any number of ranks, or start it with --launch. At the end it
            reports what it has made of the model, and alignment.json in its folder has the same.

            Both answers of a pair follow one copy of the prompt, so a step of as many tokens has more pairs. The losses
            are the same but for rounding as with --separate-prompts. --lora trains adapters, as for `minicpm sft`.

            Keys for --set: alignment.beta (0.1), alignment.loss (sigmoid or ipo), alignment.label_smoothing,
            alignment.sft_weight (so much of the chosen answer's token loss is added), alignment.length_normalized,
            alignment.report_prompts (16 held-out prompts are answered for the report; 0 for none).

            Example:
              minicpm dpo runs/first-sft --data preferences.jsonl --name first-dpo
              minicpm dpo runs/first-sft --data preferences.jsonl --name second-dpo --set alignment.sft_weight=0.5
            """);
        arguments.AddTo(command);
        command.Options.Add(separate);
        command.SetAction(line => arguments.Run(
            line, new AlignmentOptions { Method = AlignmentMethod.Dpo, IsFlat = true }, !line.GetValue(separate)));
        return command;
    }
}
