using System.Buffers;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.SentencePiece;

namespace MiniCpmDist.Data.Tokenization;

/// <summary>Text to ids and back, by a SentencePiece model. Several threads may use one at once.</summary>
public sealed class Tokenizer : IDisposable
{
    // A million pieces of 60 bytes.
    private const int LargestModel = 64 << 20;

    private readonly SentencePieceProcessor _processor;

    private readonly Lazy<PieceNeighbours>? _neighbours;

    private Tokenizer(SentencePieceProcessor processor, string path, string hash, byte[] model)
    {
        _processor = processor;
        CanCutAtSpaces = SentencePieceModel.CanCutAtSpaces(model);
        if (CanCutAtSpaces)
            _neighbours = new Lazy<PieceNeighbours>(() => PieceNeighbours.Of(model));
        Path = path;
        Hash = hash;
    }

    /// <summary>Number of pieces; ids run from 0 to one less.</summary>
    public int PieceCount => _processor.PieceCount;

    /// <summary>The id that begins every document.</summary>
    public int BosId => _processor.BosId;

    /// <summary>The id that ends every document.</summary>
    public int EosId => _processor.EosId;

    /// <summary>SHA-256 of the model file, lower-case hex: what a run remembers of its tokenizer.</summary>
    public string Hash { get; }

    /// <summary>The model file.</summary>
    public string Path { get; }

    /// <summary>
    /// True where a text cut at spaces (as <c>TextCuts</c> finds them) has the ids of its pieces, one after the other.
    /// </summary>
    internal bool CanCutAtSpaces { get; }

    /// <summary>Other places where a text may be cut; null where <see cref="CanCutAtSpaces"/> is false.</summary>
    internal PieceNeighbours? Neighbours => _neighbours?.Value;

    /// <summary>Loads a SentencePiece <c>.model</c> file.</summary>
    /// <exception cref="ConfigurationException">The file is missing, is no model,
    /// or has no pieces for begin and end.</exception>
    public static Tokenizer Load(string path)
    {
        if (!File.Exists(path))
            throw Problem(path, "a tokenizer (a SentencePiece .model file)", "no file of that name");
        var model = ReadModel(path);
        SentencePieceProcessor processor;
        try
        {
            processor = SentencePieceProcessor.Load(path);
        }
        catch (NativeException)
        {
            throw Problem(path, "a tokenizer (a SentencePiece .model file)", "a file that SentencePiece cannot read");
        }
        if (processor.BosId < 0 || processor.EosId < 0)
        {
            var missing = processor.BosId >= 0 ? "eos, the piece that ends one"
                : processor.EosId >= 0 ? "bos, the piece that begins one" : "both of them, bos and eos";
            processor.Dispose();
            throw new ConfigurationException([new Problem(
                path, "a tokenizer with pieces that begin and end a document (bos and eos)", $"one without {missing}",
                "make it again with spm_train --bos_id=1 --eos_id=2, or with minicpm tokenizer train")]);
        }
        return new Tokenizer(processor, path, SyncedFile.HashOf(path), model);
    }

    /// <summary>The content of a model file.</summary>
    /// <exception cref="ConfigurationException">It is no file, or larger than any model.</exception>
    public static byte[] ReadModel(string path) => InputFile.ReadBytes(path, LargestModel);

    /// <summary>The ids of a text, without begin and end.</summary>
    public int[] Encode(string text) => _processor.Encode(text);

    /// <summary>Appends the ids of a text in UTF-8, without begin and end.</summary>
    public void Encode(ReadOnlySpan<byte> utf8, ArrayBufferWriter<int> ids)
    {
        // A piece covers at least one byte, but for the space in front. So this is nearly always enough room.
        var room = ids.GetSpan(utf8.Length + 16);
        var count = _processor.Encode(utf8, room);
        if (count > room.Length)
            count = _processor.Encode(utf8, ids.GetSpan(checked((int)count)));
        ids.Advance(checked((int)count));
    }

    /// <summary>
    /// The ids of a text in UTF-8, without begin and end. Each byte that belongs to no character is read as U+FFFD.
    /// </summary>
    public int[] Encode(ReadOnlySpan<byte> utf8) => _processor.Encode(utf8);

    /// <summary>The ids of a text, without begin and end, and the byte of its UTF-8 at which each begins.</summary>
    public (int[] Ids, long[] Begins) EncodeWithPlaces(string text) =>
        _processor.EncodeWithPlaces(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The ids of a text of any length in UTF-8, without begin and end, in bounded memory.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="where">Where it comes from, for problems.</param>
    /// <exception cref="ConfigurationException">It is too long and cannot be cut.</exception>
    public int[] EncodeLong(ReadOnlySpan<byte> utf8, string where)
    {
        var (encoder, ids) = (new TextEncoder(this), new ArrayBufferWriter<int>());
        if (!encoder.TryEncode(utf8, ids))
        {
            throw new ConfigurationException([new Problem(
                where, "a text that can be encoded", encoder.TooLong, "break it into several files")]);
        }
        return ids.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The ids of each line of a stream, without begin and end. Lines are those of <c>spm_encode</c>: '\n' alone ends
    /// one, a '\r' is a character like others, and bytes that are no UTF-8 are read as above.
    /// </summary>
    /// <exception cref="ConfigurationException">While enumerating: a line is too long.</exception>
    public IEnumerable<int[]> EncodeLines(Stream stream)
    {
        using var lines = new LineReader(stream, keepsReturns: true);
        var encoder = new TextEncoder(this);
        var ids = new ArrayBufferWriter<int>();
        while (lines.Read(out var line))
        {
            ids.ResetWrittenCount();
            if (lines.TooLong || !encoder.TryEncode(line, ids))
            {
                throw new ConfigurationException([new Problem(
                    $"line {lines.Line}", "a line that can be encoded",
                    lines.TooLong ? "more than 32 MiB" : encoder.TooLong, "break it into several")]);
            }
            yield return ids.WrittenSpan.ToArray();
        }
    }

    /// <summary>
    /// The text of ids. Decode(Encode(text)) is text, for every text without U+2581 (▁, which the model writes for a
    /// space). Ids for begin and end give nothing; bytes that form no UTF-8 give U+FFFD.
    /// </summary>
    public string Decode(ReadOnlySpan<int> ids) => _processor.Decode(ids);

    /// <summary>The piece of an id, as the model spells it.</summary>
    public string Piece(int id) => _processor.Piece(id);

    public void Dispose() => _processor.Dispose();

    private static ConfigurationException Problem(string path, string expected, string found) =>
        new([new Problem(
            path, expected, found,
            "a model needs its own, from a copy; for new data make one with: minicpm tokenizer train --out "
            + "tokenizer.model CORPUS")]);
}
