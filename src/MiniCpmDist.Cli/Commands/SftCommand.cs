using System.CommandLine;
using MiniCpmDist.Core.Alignment;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm sft</c>: a run that learns the answers of conversations.</summary>
internal static class SftCommand
{
    public static Command Create()
    {
        var arguments = new AlignArguments();
        var command = new Command("sft", """
            Makes a run of supervised fine-tuning: its weights are those of an exact checkpoint, its optimizer is new,
            and the tokens of answers alone bear loss, with the end of each answer. A sample is an object with
            `messages` (each with `role` and `content`), or with `instruction`, `input` and `output`. Whole
            conversations are packed into sequences; one that is too long is dropped and counted. The learning rate
            begins where the parent's decay has ended, and decays on. Train the run with `minicpm resume`, on any
            number of ranks, or start it with --launch.

            With --lora the run trains low-rank adapters of every matrix and leaves the weights as they are. Its
            checkpoints are PEFT folders. `minicpm eval`, `chat`, `sft` and `dpo` take such a run like any other;
            `minicpm export --merge-lora` adds the adapters to the weights. Keys for --set: alignment.lora_alpha (twice
            the rank), alignment.lora_matrices (such as "[q_proj, v_proj]").

            Example:
              minicpm sft runs/first-decay --data chat.jsonl --name first-sft
              minicpm sft runs/first-decay --data chat.json.gz --name second-sft --epochs 3 --template chatml
              minicpm sft runs/first-decay --data chat.jsonl --name third-sft --launch --ranks 2
              minicpm sft runs/first-decay --data chat.jsonl --name fourth-sft --lora 16
              minicpm sft models/MiniCPM-2B --data chat.jsonl --name sft --set schedule.learning_rate=5e-4
            """);
        arguments.AddTo(command);
        command.SetAction(line => arguments.Run(line, new AlignmentOptions { Method = AlignmentMethod.Sft }));
        return command;
    }
}
