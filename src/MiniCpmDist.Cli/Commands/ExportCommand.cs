using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Engine.Conversion;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm export</c>: a model for other programs.</summary>
internal static class ExportCommand
{
    private const string Gguf = "gguf";
    private const string HuggingFace = "hf";
    private const double DefaultShard = 5e9;
    private const int Different = 1;

    public static Command Create()
    {
        var source = new Argument<string>("model")
        {
            Description = "Folder of a run, of a checkpoint, or of a Hugging Face MiniCPM model.",
        };
        var to = new Option<string>("--to")
        {
            Description = "Format: gguf (a file for llama.cpp) or hf (a folder for transformers).",
            DefaultValueFactory = _ => Gguf,
        };
        var output = new Option<string?>("--out") { Description = "File to write; must not exist." };
        var check = new Option<string?>("--check")
        {
            Description = "GGUF file to compare with the model; nothing is written.",
        };
        var dtype = new Option<string?>("--dtype")
        {
            Description = $"How to store the matrices. gguf: {string.Join(", ", GgufTypes.Words)} (default: f16). "
                + $"hf: {string.Join(", ", HuggingFaceExport.Words.Keys)} (default: float32).",
        };
        var shard = new Option<double>("--file-size")
        {
            Description = "Most bytes of a file of weights, for hf.",
            DefaultValueFactory = _ => DefaultShard,
        };
        var merge = new Option<bool>("--merge-lora")
        {
            Description = "Add the adapters of a run to the weights that they belong to.",
        };
        var at = CheckpointOption.Create();
        var command = new Command("export", """
            Writes a model in a format of other programs. What is written gets its name when it is whole.

            gguf  One file that llama.cpp runs. q8_0, q4_0 and q4_k take 8.5, 4.5 and 4.5 bits a weight; with the last
                  two the embedding and the output head take 8.5. A width that does not fit a type's blocks is stored
                  in another type, with a message. A folder of `minicpm quantize` goes into q4_0 without any loss.

            hf    A folder with config.json, generation_config.json, tokenizer, safetensors files and a model card that
                  has the run's history. transformers loads it; so do `init_from` and `minicpm export`.

            A checkpoint of a run that trains adapters (`minicpm sft --lora`) is a PEFT folder already. --merge-lora
            writes the whole model.

            With --check a GGUF file is read back and compared with the model it was made from. The exit code is 1
            where a tensor differs from what would be written.

            Example:
              minicpm export runs/first --to gguf --dtype q8_0 --out first.gguf
              minicpm export runs/first --to gguf --dtype q8_0 --check first.gguf
              minicpm export runs/first --to hf --dtype bfloat16 --out first-hf
              minicpm export runs/first-lora --merge-lora --to gguf --out first.gguf
            """) { source, to, output, check, dtype, merge, at, shard.Within(1) };
        command.SetAction(line =>
        {
            var request = new Request(
                line.GetValue(source)!, line.GetValue(at)!, line.GetValue(to)!, line.GetValue(output),
                line.GetValue(check), line.GetValue(dtype), (long)line.GetValue(shard), line.GetValue(merge));
            request.Check();
            return Convert(request);
        });
        return command;
    }

    private static int Convert(Request request)
    {
        var source = ExportSource.Open(request.Source, request.At);
        RequireMerge(source, request);
        PassedOverText.Tell(source.PassedOver, source.Step ?? 0);
        if (request.To == HuggingFace)
            return Write(source, request);
        source.RequireTextsAlone("GGUF");
        var export = new GgufExport(source, GgufTypes.Of(request.DType ?? "f16")!.Value);
        foreach (var note in export.Notes)
            Console.Error.WriteLine($"note: {note}");
        return request.Compared is { } file ? Compare(export, file) : Write(export, request.Output!);
    }

    private static void RequireMerge(ExportSource source, Request request)
    {
        var problems = new ProblemCollector();
        problems.Require(
            !source.IsAdapted || request.Merges, request.Source, "--merge-lora with a model of adapters",
            "no such option", $"add it, or take {source.Folder} as it is: it is a PEFT folder");
        problems.Require(
            source.IsAdapted || !request.Merges, "--merge-lora", "a run or a folder of adapters", request.Source,
            "remove it: the model has no adapters");
        problems.ThrowIfAny();
    }

    private static int Write(GgufExport export, string path)
    {
        var display = new WorkDisplay(Screen.FromEnvironment());
        export.Write(path, done => display.Show(() =>
            $"writing: {SizeText.Of(done)} of {SizeText.Of(export.Bytes)}, {display.Eta(done, export.Bytes)}"));
        display.Done($"{path}: {export.Tensors} tensors, {SizeText.Of(export.Bytes)}");
        return 0;
    }

    private static int Write(ExportSource source, Request request)
    {
        source.RequirePlain();
        var display = new WorkDisplay(Screen.FromEnvironment());
        var type = HuggingFaceExport.Words[request.DType ?? "float32"];
        var export = new HuggingFaceExport(source, type, request.FileBytes);
        var files = export.Write(request.Output!, done => display.Show(() =>
            $"writing: {SizeText.Of(done)} of {SizeText.Of(export.Bytes)}, {display.Eta(done, export.Bytes)}"));
        display.Done(
            $"{request.Output}: {source.Shape.ParameterSpecs.Count} tensors in {files} "
            + $"{(files == 1 ? "file" : "files")}, {SizeText.Of(export.Bytes)}");
        return 0;
    }

    private static int Compare(GgufExport export, string path)
    {
        var comparison = export.Compare(path);
        foreach (var type in comparison.Types)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{type.Type.Name()}\t{type.Tensors} tensors\tlargest difference {type.Largest:G4}"
                + $"\trelative error {type.Relative:G4}"));
        }
        foreach (var name in comparison.Different)
            Console.WriteLine($"{name}\tdiffers from what would be written");
        Console.WriteLine(comparison.Different.Count == 0
            ? $"{path}: all {export.Tensors} tensors are as they would be written"
            : $"{path}: {comparison.Different.Count} of {export.Tensors} tensors differ");
        return comparison.Different.Count == 0 ? 0 : Different;
    }

    private sealed record Request(
        string Source, string At, string To, string? Output, string? Compared, string? DType, long FileBytes,
        bool Merges)
    {
        public void Check()
        {
            var problems = new ProblemCollector();
            problems.Require(
                To is Gguf or HuggingFace, "--to", $"{Gguf} or {HuggingFace}", To, "for example --to gguf");
            string[] words = To == HuggingFace ? [.. HuggingFaceExport.Words.Keys] : [.. GgufTypes.Words];
            problems.Require(
                DType is null || words.Contains(DType), "--dtype", string.Join(", ", words), DType ?? "",
                $"for example --dtype {words[^1]}");
            problems.Require(
                Output is null != Compared is null, "--out, --check", "one of them",
                Output is null ? "neither" : "both", "for example --out model.gguf");
            problems.Require(
                Compared is null || To == Gguf, "--check", "a GGUF file, with --to gguf", $"--to {To}",
                "a folder of safetensors can be read back with `minicpm export FOLDER`");
            problems.Require(
                Output is null || !Path.Exists(Output), Output ?? "", "a name that is free",
                "a file or folder", "choose another --out, or remove it");
            problems.ThrowIfAny();
        }
    }
}
