using System.Buffers.Binary;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>
/// Writes a model as a GGUF file for llama.cpp, and compares such a file with the model. Memory holds one block of a
/// tensor.
/// </summary>
public sealed class GgufExport
{
    private const int BlockElements = 1 << 20;
    private const int Block = 32;

    private readonly ExportSource _source;
    private readonly GgufPart[] _parts;
    private readonly (string Name, IReadOnlyList<double> Values)[] _constants;

    // Those of the parts, and then those of the constants.
    private readonly IReadOnlyList<GgufTensor> _tensors;
    private readonly byte[] _header;

    /// <param name="source">The model.</param>
    /// <param name="matrices">How to store the matrices.</param>
    /// <exception cref="ConfigurationException">llama.cpp has nothing that reads texts as this tokenizer
    /// does.</exception>
    public GgufExport(ExportSource source, GgufType matrices)
    {
        _source = source;
        var table = SentencePieceTable.Read(source.Tokenizer);
        if (!table.IsBytePair)
        {
            throw new ConfigurationException([new Problem(
                Path.Combine(source.Folder, "tokenizer.model"), "a byte-pair tokenizer, as MiniCPM's is",
                "another kind, which llama.cpp would read as byte pairs",
                "export to hf, or train with a tokenizer of `minicpm tokenizer train`")]);
        }
        RequireFitting(source, matrices);
        _parts = [.. GgufModel.Parts(source.Shape, matrices)];
        _constants = [.. GgufRope.Tensors(source.Shape)];
        _tensors = GgufHeader.Place(
        [
            .. _parts.Select(part => (part.Name, part.Type, part.Dimensions)),
            .. _constants.Select(constant =>
                (constant.Name, GgufType.F32, (IReadOnlyList<long>)[constant.Values.Count])),
        ]);
        var header = new GgufHeader();
        GgufModel.Add(header, source.Shape, source.Name, source.Longest, matrices);
        GgufTokenizer.Add(
            header, table, SpecialPieces.Read(source.Tokenizer), source.Shape.VocabularySize, source.ChatTemplate);
        _header = header.Write(_tensors);
        Notes =
        [
            .. GgufTokenizer.Notes(table),
            .. GgufRope.Notes(source.Shape, source.Longest),
            .. _parts.Where(part => part.Note is not null).GroupBy(part => part.Note)
                .Select(group => $"{group.Key} ({group.Count()} tensors, such as {group.First().Name})"),
        ];
    }

    /// <summary>What is not as it was asked for, and what llama.cpp does otherwise.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Tensors of the file.</summary>
    public int Tensors => _tensors.Count;

    /// <summary>Bytes of the file.</summary>
    public long Bytes => _header.Length + _tensors[^1].End;

    /// <summary>Writes the file; it gets its name when it is complete, and nothing is left where that fails.</summary>
    /// <param name="path">Where; replaced where it exists.</param>
    /// <param name="progress">Is told how many bytes are written.</param>
    public void Write(string path, Action<long>? progress = null)
    {
        var temporary = SyncedFile.Temporary(Path.GetFullPath(path));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(_header);
                ForEachBlock((tensor, _, _, bytes) =>
                {
                    file.Position = Math.Max(file.Position, _header.Length + tensor.Offset);
                    file.Write(bytes);
                    progress?.Invoke(file.Position);
                });
                foreach (var (tensor, bytes) in Constants())
                {
                    file.Position = _header.Length + tensor.Offset;
                    file.Write(bytes);
                }
                file.SetLength(Bytes);
                file.Flush(flushToDisk: true);
            }
            SyncedFile.Publish(temporary, Path.GetFullPath(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                path, $"a place that can be written and has room for {Bytes} bytes", exception.Message.TrimEnd('.'),
                "make room, or choose another --out")]);
        }
        finally
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    /// <summary>
    /// Compares a file with the model, tensor by tensor: the bytes with those that would be written, and the numbers
    /// that they stand for with the model's.
    /// </summary>
    /// <exception cref="ConfigurationException">It is no GGUF file, or of another model or type.</exception>
    public GgufComparison Compare(string path)
    {
        using var file = InputFile.Open(path, bufferBytes: 1 << 20);
        RequireHeader(file, path);
        var comparison = new GgufComparison(_parts);
        var read = new byte[sizeof(float) * BlockElements];
        file.Position = _header.Length;
        ForEachBlock((tensor, part, values, bytes) =>
        {
            file.Position = Math.Max(file.Position, _header.Length + tensor.Offset);
            var found = read.AsSpan(0, bytes.Length);
            file.ReadExactly(found);
            var decoded = new float[values.Length];
            GgufBlocks.Decode(found, part.Type, decoded);
            comparison.Add(part, found.SequenceEqual(bytes), values, decoded);
        });
        foreach (var (tensor, bytes) in Constants())
        {
            file.Position = _header.Length + tensor.Offset;
            var found = read.AsSpan(0, bytes.Length);
            file.ReadExactly(found);
            comparison.Add(tensor.Name, found.SequenceEqual(bytes));
        }
        return comparison;
    }

    private void RequireHeader(FileStream file, string path)
    {
        var problems = new ProblemCollector();
        try
        {
            var found = GgufReader.Read(file);
            using var own = new MemoryStream();
            own.Write(_header);
            own.SetLength(Bytes);
            own.Position = 0;
            var expected = GgufReader.Read(own);
            foreach (var (key, value) in expected.Values)
            {
                var isEqual = found.Values.TryGetValue(key, out var other)
                    && (value is object[] list ? other is object[] others && list.SequenceEqual(others)
                        : value.Equals(other));
                problems.Require(
                    isEqual, $"{path}: {key}", Text(value), other is null ? "no such key" : Text(other),
                    "name the model that the file was made from, and its --dtype");
            }
            // Another model or type: its tensors all differ.
            problems.ThrowIfAny();
            foreach (var (mine, theirs) in expected.Tensors.Zip(found.Tensors))
            {
                problems.Require(
                    mine.Name == theirs.Name && mine.Type == theirs.Type && mine.Offset == theirs.Offset
                        && mine.Dimensions.SequenceEqual(theirs.Dimensions),
                    $"{path}: tensor {theirs.Name}", Text(mine), Text(theirs), "export the model again");
            }
            problems.Require(
                expected.Tensors.Count == found.Tensors.Count && expected.DataStart == found.DataStart, path,
                $"{expected.Tensors.Count} tensors from byte {expected.DataStart} on",
                $"{found.Tensors.Count} from byte {found.DataStart} on", "export the model again");
        }
        catch (FormatException exception)
        {
            problems.Add(path, "a GGUF file", $"something else ({exception.Message})", "export the model again");
        }
        problems.ThrowIfAny();
    }

    private static string Text(object value) => value is object[] list ? $"a list of {list.Length}" : $"{value}";

    private static string Text(GgufTensor tensor) =>
        $"{tensor.Name} {tensor.Type.Name()} [{string.Join(", ", tensor.Dimensions)}] at {tensor.Offset}";

    private delegate void BlockSink(
        GgufTensor tensor, GgufPart part, ReadOnlySpan<float> values, ReadOnlySpan<byte> bytes);

    /// <summary>Tensors that are no parameters, with their bytes.</summary>
    private IEnumerable<(GgufTensor Tensor, byte[] Bytes)> Constants() =>
        _constants.Zip(_tensors.Skip(_parts.Length), (constant, tensor) =>
        {
            var bytes = new byte[sizeof(float) * constant.Values.Count];
            for (var i = 0; i < constant.Values.Count; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), (float)constant.Values[i]);
            return (tensor, bytes);
        });

    /// <summary>All numbers of parameters in the order of the file, with the bytes that they become.</summary>
    private void ForEachBlock(BlockSink sink)
    {
        var all =
            from pair in _parts.Zip(_tensors)
            from spec in pair.First.Specs
            select (pair.First, pair.Second, spec);
        foreach (var (part, tensor, spec) in all)
        {
            if (_source.Matrix(spec) is { } packed)
            {
                PackedRows(part, tensor, packed, sink);
                continue;
            }
            var columns = part.Dimensions[0];
            // Whole heads, whose rows change places; or whole rows.
            var unit = columns * (part.HeadDim ?? 1);
            var length = checked((int)(unit * Math.Max(1, BlockElements / unit)));
            var turned = new float[length];
            var bytes = new byte[part.Type.Bytes(length)];
            _source.Tensor(spec.Name).Read(
                (_, block) =>
                {
                    Turn(part, (int)columns, block, turned);
                    var size = (int)part.Type.Bytes(block.Length);
                    Encode(turned, block.Length, (int)columns, part.Type, bytes);
                    sink(tensor, part, turned.AsSpan(0, block.Length), bytes.AsSpan(0, size));
                },
                length);
        }
    }

    /// <summary>Four-bit codes with their scales go from one format to the other as they are.</summary>
    private void PackedRows(GgufPart part, GgufTensor tensor, GptqMatrix matrix, BlockSink sink)
    {
        var group = _source.Packed!.Group;
        if (matrix.GroupOf.Index().Any(entry => entry.Item != entry.Index / group)
            || matrix.Zeros.Any(word => word != GptqPacking.SymmetricZeros(matrix.Layout)))
            throw Unfit(_source, $"{part.Name} with other groups or zeros");
        var (values, codes) = (new float[matrix.Inputs], new byte[matrix.Inputs]);
        var bytes = new byte[part.Type.Bytes(matrix.Inputs)];
        for (var row = 0; row < matrix.Outputs; row++)
        {
            var output = (int)part.SourceRow(row);
            GptqPacking.Unpack(matrix, output, values);
            for (var input = 0; input < codes.Length; input++)
                codes[input] = (byte)GptqPacking.Code(matrix.Words, matrix.Outputs, output, input);
            for (var block = 0; block < codes.Length / Block; block++)
            {
                GgufBlocks.EncodeQ4(
                    codes.AsSpan(block * Block, Block),
                    matrix.Scales[block * Block / group * matrix.Outputs + output],
                    bytes.AsSpan(block * GgufType.Q4.BlockBytes()));
            }
            sink(tensor, part, values, bytes);
        }
    }

    private static void RequireFitting(ExportSource source, GgufType matrices)
    {
        if (source.Packed is { } config
            && (matrices != GgufType.Q4 || config.Group % Block != 0 || (config.ActOrder && !config.StaticGroups)))
            throw Unfit(source, $"groups of {config.Group}, and {matrices.Name()} asked for");
    }

    private static ConfigurationException Unfit(ExportSource source, string found) => new([new Problem(
        source.Folder, $"for a quantized model --dtype q4_0, and symmetric groups of whole blocks of {Block}", found,
        "take --dtype q4_0, or export the model that it was made from")]);

    private static void Turn(GgufPart part, int columns, ReadOnlySpan<float> block, float[] turned)
    {
        for (var row = 0; row < block.Length / columns; row++)
            block.Slice((int)part.SourceRow(row) * columns, columns).CopyTo(turned.AsSpan(row * columns));
    }

    private static void Encode(float[] values, int count, int columns, GgufType type, byte[] bytes) =>
        Parallel.For(0, count / columns, row => GgufBlocks.Encode(
            values.AsSpan(row * columns, columns), type,
            bytes.AsSpan((int)type.Bytes((long)row * columns), (int)type.Bytes(columns))));
}
