using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Quantization;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Quantization;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm quantize</c>: a model whose matrices have four bits.</summary>
internal static class QuantizeCommand
{
    private const int DefaultSequences = 128;

    public static Command Create()
    {
        var model = new Argument<string>("model")
        {
            Description = "Folder of a run, of a checkpoint, or of a Hugging Face MiniCPM model.",
        };
        var bits = new Option<int>("--bits")
        {
            Description = "Bits of a weight; 4 is the only choice.",
            DefaultValueFactory = _ => QuantizationOptions.Bits,
        };
        var group = new Option<int?>("--group")
        {
            Description = "Input columns that share a scale; divides every width. [default: 128, or the largest half "
                + "of it that does]",
        };
        var calibration = new Option<string>("--calibration")
        {
            Description = "Data folder, made by `minicpm data build` with the model's tokenizer, or a file of "
                + "conversations, as `minicpm sft` takes them.",
            Required = true,
        };
        var template = TemplateChoice.Option(
            "How conversations of the calibration are written (default: as the model's, or minicpm-2b)");
        var sequences = new Option<int>("--sequences")
        {
            Description = "Sequences of the calibration, spread evenly over the folder.",
            DefaultValueFactory = _ => DefaultSequences,
        };
        var damping = new Option<double>("--damping")
        {
            Description = "Share of the mean diagonal that is added to the diagonal; doubled where that is too little.",
            DefaultValueFactory = _ => 0.01,
        };
        var actOrder = new Option<bool>("--act-order") { Description = "Round columns with large inputs first." };
        var fixedGroups = new Option<bool>("--static-groups")
        {
            Description = "Take scales from the weights as they were; keeps groups together with --act-order.",
        };
        var atOnce = new Option<bool>("--not-sequential")
        {
            Description = "Calibrate all matrices of a layer with one pass: faster, and worse.",
        };
        var nearest = new Option<bool>("--nearest")
        {
            Description = "Round each weight by itself, to see what GPTQ is worth.",
        };
        var study = new Option<bool>("--study")
        {
            Description = "Measure the paper's grid too, which no file can hold.",
        };
        var layout = new Option<string>("--layout")
        {
            Description = "Layout of the files: gptq, or gptq_v2, which stores zeros as they are.",
            DefaultValueFactory = _ => GptqConfig.Layouts[0].Word,
        };
        var dtype = new Option<string>("--dtype")
        {
            Description = $"Embedding, norms and head: {string.Join(", ", HuggingFaceExport.Words.Keys)}.",
            DefaultValueFactory = _ => "float16",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads; no bit depends on them.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var output = new Option<string>("--out") { Description = "Folder to write; must not exist.", Required = true };
        var at = CheckpointOption.Create();
        var command = new Command("quantize", """
            Writes a Hugging Face folder whose matrices have four bits (GPTQ, arXiv 2210.17323), in the layout of
            AutoGPTQ. Embedding, norms and head stay as they are. `eval` and `generate` read such folders.

            Layers are done one after the other. After a kill or on a full disk the same command goes on after the last
            finished one, from FOLDER.partial. Hidden states of the calibration lie there too; their size is printed.
            Under mpirun all ranks share the work. They need one file system; the files are the same to the last bit.

            Example:
              minicpm quantize runs/first --calibration data --out first-int4
              minicpm quantize runs/first-sft --calibration chat.jsonl --out first-sft-int4
              launch/mpirun -n 4 minicpm quantize runs/first --calibration data --threads 2 --out first-int4
              minicpm eval first-int4 --on data --against runs/first
            """)
        {
            model, bits, group.Within(1, int.MaxValue), calibration, template, output, sequences.Within(1),
            damping.Within(1e-6, 10), actOrder,
            fixedGroups, atOnce, nearest, study, layout, dtype, threads.Within(1), at,
        };
        command.SetAction(line => Run(
            new Request(
                line.GetValue(model)!, line.GetValue(at)!, line.GetValue(bits), line.GetValue(calibration)!,
                line.GetValue(template), line.GetValue(sequences), line.GetValue(layout)!, line.GetValue(dtype)!,
                line.GetValue(threads),
                line.GetValue(output)!),
            line.GetValue(group),
            new QuantizationOptions
            {
                Damping = line.GetValue(damping),
                ActOrder = line.GetValue(actOrder),
                StaticGroups = line.GetValue(fixedGroups),
                TrueSequential = !line.GetValue(atOnce),
                RoundsToNearest = line.GetValue(nearest),
                Studies = line.GetValue(study),
            }));
        return command;
    }

    private static void Run(Request request, int? group, QuantizationOptions options)
    {
        var world = RankWorld.Join();
        var problems = new ProblemCollector();
        request.Check(problems);
        var source = problems.Try(() => Open(request));
        if (source is not null)
        {
            options = options with { Group = group ?? QuantizationOptions.LargestGroup(source.Shape) };
            options.Check(source.Shape, problems);
        }
        var calibration = source is null ? null : problems.Try(() => Calibration(request, source));
        problems.ThrowIfAny();
        var isFirst = world.Rank == 0;
        if (isFirst)
            PassedOverText.Tell(source!.PassedOver, source.Step ?? 0);
        options = options with { Layout = GptqConfig.Layouts.First(entry => entry.Word == request.Layout).Value };
        var quantizer = new ModelQuantizer(
            source!, options, calibration!, HuggingFaceExport.Words[request.DType], request.Threads);
        if (isFirst)
        {
            RequireRoom(request.Output, quantizer.SpilledBytes);
            Console.Error.WriteLine(
                $"calibration: {Text(calibration!)}; hidden states take {SizeText.Of(quantizer.SpilledBytes)} of disk "
                + "until the end");
            if (group is null && options.Group != QuantizationOptions.UsualGroup)
            {
                Console.Error.WriteLine(
                    $"groups of {options.Group} columns: a width is no multiple of {QuantizationOptions.UsualGroup}");
            }
        }
        using var interrupt = !isFirst ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, _ =>
            Console.Error.WriteLine("minicpm: stopped; the same command goes on after the last finished layer."));
        var display = new WorkDisplay(Screen.FromEnvironment());
        IReadOnlyList<MatrixReport> matrices;
        try
        {
            matrices = quantizer.RunCollective(request.Output, world, (done, all) =>
            {
                if (isFirst)
                    display.Show(() => $"layer {done + 1} of {all}, {display.Eta(done, all)}");
            });
        }
        catch (IOException exception)
        {
            throw new ConfigurationException([new Problem(
                request.Output + ".partial", "a disk with room", exception.Message.TrimEnd('.'),
                "make room and call again: finished layers are kept")]);
        }
        if (!isFirst)
            return;
        Tell(matrices);
        display.Done($"{request.Output}: {matrices.Count} matrices in four bits");
    }

    private static CalibrationSequences Calibration(Request request, ExportSource source)
    {
        if (!File.Exists(request.Calibration))
        {
            return request.Template is null
                ? CalibrationSequences.Open(request.Calibration, source.TokenizerHash, request.Sequences)
                : throw new ConfigurationException([new Problem(
                    "--template", "a file of conversations as --calibration, beside it",
                    $"`{request.Calibration}`, which is no such file",
                    "leave it out: the template of a data folder lies in the folder")]);
        }
        return CalibrationSequences.OfConversations(
            new ChatDataOptions(
                [request.Calibration], Path.Combine(source.Folder, DataBuild.TokenizerName),
                TemplateChoice.Read(request.Template) ?? TemplateChoice.Of(source.Folder), source.Positions),
            request.Sequences);
    }

    private static string Text(CalibrationSequences calibration) =>
        $"{calibration.All.Count} sequences of {calibration.Length} tokens "
        + (calibration.Conversations is { } conversations
            ? $"with {conversations} conversations of {calibration.Origin}, written as {calibration.Template}"
            : $"of {calibration.Origin}");

    private static ExportSource Open(Request request)
    {
        var source = ExportSource.Open(request.Model, request.At);
        source.RequirePlain();
        source.RequireTextsAlone("quantization");
        return source;
    }

    private static void RequireRoom(string output, long bytes)
    {
        var parent = Path.GetDirectoryName(Path.GetFullPath(output))!;
        while (!Directory.Exists(parent))
            parent = Path.GetDirectoryName(parent)!;
        var free = new DriveInfo(parent).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new ConfigurationException([new Problem(
                parent, $"{SizeText.Of(bytes)} of free disk for hidden states", SizeText.Of(free),
                "make room, or name fewer --sequences")]);
        }
    }

    private static void Tell(IReadOnlyList<MatrixReport> matrices)
    {
        Console.WriteLine("share of the output that is lost on the calibration sequences, GPTQ beside rounding:");
        foreach (var matrix in matrices)
        {
            var study = matrix.StudyError is { } error
                ? string.Create(CultureInfo.InvariantCulture, $"\tpaper's grid {error:E3}")
                : "";
            var damping = string.Create(CultureInfo.InvariantCulture, $"\tdamping {matrix.Damping}");
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{matrix.Name}\t{matrix.Error:E3}\t")
                + string.Create(CultureInfo.InvariantCulture, $"{matrix.NearestError:E3}") + study + damping
                + (matrix.IsUnseen ? "\tno calibration token has reached it: rounded" : ""));
        }
    }

    private sealed record Request(
        string Model, string At, int Bits, string Calibration, string? Template, int Sequences,
        string Layout, string DType, int Threads,
        string Output)
    {
        public void Check(ProblemCollector problems)
        {
            problems.Require(
                Bits == QuantizationOptions.Bits, "--bits", $"{QuantizationOptions.Bits}",
                Bits.ToString(CultureInfo.InvariantCulture),
                "`minicpm export --to gguf --dtype q8_0` writes eight bits");
            problems.Require(
                GptqConfig.Layouts.Any(entry => entry.Word == Layout), "--layout", "gptq or gptq_v2", Layout,
                "for example --layout gptq");
            problems.Require(
                HuggingFaceExport.Words.ContainsKey(DType), "--dtype",
                string.Join(", ", HuggingFaceExport.Words.Keys), DType, "for example --dtype float16");
            problems.Require(
                !Path.Exists(Output), Output, "a name that is free", "a file or folder",
                "choose another --out, or remove it");
        }
    }
}
