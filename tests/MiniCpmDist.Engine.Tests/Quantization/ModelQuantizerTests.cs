using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Quantization;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Quantization;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Quantization;

public sealed class ModelQuantizerTests(ModelQuantizerTests.SmallRun run) : IClassFixture<ModelQuantizerTests.SmallRun>
{
    private static readonly QuantizationOptions s_options = new() { Group = 32 };

    [Fact]
    public void A_quantized_folder_has_the_same_bytes_for_any_number_of_threads_and_after_a_kill()
    {
        var whole = run.Path("threads-1");
        var matrices = Run(Quantizer(threads: 1), whole);
        var killed = run.Path("killed");
        var layers = new List<int>();
        Assert.Throws<KilledException>(() => Run(
            Quantizer(threads: 3), killed, (layer, _) =>
            {
                if (layer == 1)
                    throw new KilledException();
            }));
        Assert.False(Directory.Exists(killed));
        Run(Quantizer(threads: 2), killed, (layer, _) => layers.Add(layer));

        // The first layer was done before the kill.
        Assert.Equal([1], layers);
        Assert.False(Directory.Exists(killed + ".partial"));
        RequireSame(whole, killed);
        Assert.Equal(2 * 7, matrices.Count);
        Assert.All(matrices, matrix => Assert.InRange(matrix.Error, 0, matrix.NearestError));
        Assert.True(matrices.Sum(matrix => matrix.Error) < 0.9 * matrices.Sum(matrix => matrix.NearestError));
    }

    [Theory]
    [InlineData(GptqLayout.Version1)]
    [InlineData(GptqLayout.Version2)]
    public void A_folder_is_read_as_the_weights_that_its_words_stand_for(GptqLayout layout)
    {
        ComputeThreads.Set(1);
        var folder = run.Path($"layout-{layout}");
        Run(Quantizer(s_options with { Layout = layout, ActOrder = true }), folder);

        using var model = new Engine.Model.MiniCpmForCausalLM(run.Source.Shape);
        using var parameters = FlatParameters.BindFrozen(model);
        var weights = FolderWeights.Open(folder);
        weights.Load(parameters);

        var slot = parameters.Layout.Slots.Single(
            slot => slot.Spec.Name == "model.layers.1.mlp.down_proj.weight");
        var (words, scales, groups) = (
            Ints(folder, "qweight"), Halves(folder, "scales"), Ints(folder, "g_idx"));
        var (outputs, inputs) = ((int)slot.Spec.Shape[0], (int)slot.Spec.Shape[1]);
        Assert.Contains(groups.Zip(groups.Skip(1)), pair => pair.First > pair.Second);
        Assert.All(Ints(folder, "qzeros"), word => Assert.Equal(GptqPacking.SymmetricZeros(layout), word));
        var found = parameters.Values.Span(slot.Offset, outputs * inputs).ToArray();
        for (var i = 0; i < found.Length; i++)
        {
            var (output, input) = (i / inputs, i % inputs);
            var code = (words[input / 8 * outputs + output] >> (4 * (input % 8))) & 15;
            Assert.Equal((float)scales[groups[input] * outputs + output] * (code - 8), found[i]);
        }
        using var loaded = TrainedModel.LoadCollective(folder, "latest", new LoopbackCommunicator(), run.DataPath);
        using var original = TrainedModel.LoadCollective(run.RunPath, "latest", new LoopbackCommunicator());
        var report = loaded.CompareWith(original, sequences: 8);
        Assert.InRange(report.Divergence, 1e-9, 0.5);
        Assert.InRange(report.Error, 1e-9, 0.5);
        var losses = loaded.HeldOutLossesCollective(new LoopbackCommunicator(), 8).Losses;
        Assert.Equal(HeldOutEvaluation.Mean(losses), report.Loss, 1e-4);
    }

    [Fact]
    public void Codes_and_scales_go_into_a_gguf_file_as_they_are()
    {
        var folder = run.Path("for-gguf");
        Run(Quantizer(), folder);
        var source = ExportSource.Open(folder, "latest");
        var file = run.Path("packed.gguf");
        var export = new GgufExport(source, GgufType.Q4);
        export.Write(file);

        var comparison = export.Compare(file);

        Assert.Empty(comparison.Different);
        Assert.Equal(0, comparison.Types.Single(type => type.Type == GgufType.Q4).Largest);
        Assert.Throws<ConfigurationException>(() => new GgufExport(source, GgufType.F16));
        Assert.Throws<ConfigurationException>(source.RequirePlain);
    }

    [Fact]
    public void A_folder_whose_layout_is_named_wrongly_is_refused()
    {
        var folder = run.Path("misnamed");
        Run(Quantizer(), folder);
        var config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace(
            "\"checkpoint_format\": \"gptq\"", "\"checkpoint_format\": \"gptq_v2\"", StringComparison.Ordinal));
        ComputeThreads.Set(1);
        var problems = Assert.Throws<ConfigurationException>(() => TrainedModel.LoadCollective(
            folder, "latest", new LoopbackCommunicator())).Problems;
        Assert.Equal(2 * 7, problems.Count);
        Assert.Contains("\"checkpoint_format\": \"gptq\"", problems[0].Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_another_tokenizer_and_widths_that_do_not_divide_are_refused()
    {
        var problems = new ProblemCollector();
        (s_options with { Group = 40 }).Check(run.Source.Shape, problems);
        Assert.Equal(2, problems.Problems.Count);
        Assert.Throws<ConfigurationException>(() => CalibrationSequences.Open(run.DataPath, "another", 4));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranks_that_share_the_work_write_the_bytes_of_one_rank(int ranks)
    {
        ComputeThreads.Set(1);
        var (alone, shared) = (run.Path($"alone-of-{ranks}"), run.Path($"shared-by-{ranks}"));
        Run(Quantizer(threads: 1), alone);
        using var world = new ThreadWorld(ranks);
        var matrices = world.Run(member => Quantizer(threads: 1 + member.Rank % 2).RunCollective(shared, member));

        RequireSame(alone, shared);
        Assert.Equal([14, .. Enumerable.Repeat(0, ranks - 1)], matrices.Select(found => found.Count));
    }

    [Fact]
    public void A_full_disk_is_told_as_such_whichever_thread_finds_it()
    {
        var shares = RankShares.OfCollective(new LoopbackCommunicator(), 2);
        var thrown = Assert.Throws<IOException>(
            () => shares.Each([1, 2, 3], _ => throw new IOException("No space left on device")));
        Assert.Equal("No space left on device", thrown.Message);
    }

    [Fact]
    public void Conversations_are_written_with_the_template_and_what_fills_a_sequence_up_goes_through_no_model()
    {
        var file = run.Path("chat.jsonl");
        File.WriteAllLines(file, Enumerable.Range(0, 9).Select(i =>
            $$"""{"instruction":"what is {{i}}?","output":"a digit"}"""));
        var template = ChatTemplateFile.Find("minicpm-2b")!;
        var options = new ChatDataOptions([file], Path.Combine(run.DataPath, "tokenizer.model"), template, 64);
        var calibration = CalibrationSequences.OfConversations(options, 128);

        using var tokenizer = Tokenizer.Load(options.TokenizerPath);
        var text = tokenizer.Decode([.. calibration.All.SelectMany(sequence => sequence.Ids).Select(id => (int)id)]);
        Assert.Equal(9, calibration.Conversations);
        Assert.Equal("minicpm-2b", calibration.Template);
        Assert.Equal(9, text.Split(template.UserBefore + "what is").Length - 1);
        Assert.All(calibration.All, sequence => Assert.Equal(sequence.Ids.Length, sequence.Segments.Sum()));
        Assert.Contains(calibration.All, sequence => sequence.Ids.Length < 64);
        var folder = run.Path("of-chat");
        Run(new ModelQuantizer(run.Source, s_options, calibration, GgufType.F32, 2), folder);
        Assert.Contains(
            "\"conversations\": 9", File.ReadAllText(Path.Combine(folder, "quantization.json")),
            StringComparison.Ordinal);
    }

    private static IReadOnlyList<MatrixReport> Run(
        ModelQuantizer quantizer, string folder, Action<int, int>? progress = null) =>
        quantizer.RunCollective(folder, new LoopbackCommunicator(), progress);

    private static void RequireSame(string one, string other)
    {
        var names = Directory.EnumerateFiles(one).Select(path => Path.GetFileName(path)!).Order().ToArray();
        Assert.Equal(names, Directory.EnumerateFiles(other).Select(path => Path.GetFileName(path)!).Order());
        Assert.All(names, name => Assert.Equal(
            File.ReadAllBytes(Path.Combine(one, name)), File.ReadAllBytes(Path.Combine(other, name))));
    }

    private ModelQuantizer Quantizer(QuantizationOptions? options = null, int threads = 2) => new(
        run.Source, options ?? s_options, CalibrationSequences.Open(run.DataPath, run.Source.TokenizerHash, 12),
        GgufType.F32, threads);

    private static int[] Ints(string folder, string tensor) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(Bytes(folder, tensor)).ToArray();

    private static Half[] Halves(string folder, string tensor) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(Bytes(folder, tensor)).ToArray();

    private static byte[] Bytes(string folder, string tensor)
    {
        using var file = File.OpenRead(Path.Combine(folder, "model-00003-of-00003.safetensors"));
        var (entries, start) = SafeTensorsHeader.Read(file);
        var entry = entries.Single(entry => entry.Name == "model.layers.1.mlp.down_proj." + tensor);
        var bytes = new byte[entry.End - entry.Begin];
        file.Position = start + entry.Begin;
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A run of widths that four bits can hold.</summary>
    public sealed class SmallRun : IDisposable
    {
        private readonly TinyData _data = new();

        public SmallRun()
        {
            var run = TinyRun.Create(_data, options => options with
            {
                Model = new(null, options.Model.Shape with
                {
                    HiddenSize = 64,
                    IntermediateSize = 96,
                    Heads = 4,
                    KeyValueHeads = 2,
                    HeadDim = 16,
                }),
            });
            run.Train();
            RunPath = run.Folder.Path;
            Source = ExportSource.Open(RunPath, "latest");
        }

        public string RunPath { get; }

        internal ExportSource Source { get; }

        public string DataPath => System.IO.Path.Combine(_data.Folder, "data");

        public string Path(string name) => System.IO.Path.Combine(_data.Folder, name);

        public void Dispose() => _data.Dispose();
    }
}
