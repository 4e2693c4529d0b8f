using System.Buffers;
using System.Diagnostics;
using System.Text;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Filtering;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;

namespace MiniCpmDist.Data.Tokenization;

/// <summary>Encodes the same texts with several tokenizers, one after the other for each text, and counts.</summary>
public static class TokenizerComparison
{
    private const int Byte = 6;
    private const int Unknown = 2;

    /// <summary>Compares.</summary>
    /// <param name="models">Model files.</param>
    /// <param name="sources">Names of sources, and the paths of their texts.</param>
    /// <param name="fields">Where JSON lines and Parquet files keep their texts.</param>
    /// <param name="maxBroken">The share of broken lines that is passed over; null for the usual rule.</param>
    /// <param name="progress">Is told now and then how many bytes of text have been encoded.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with models and texts.</exception>
    public static IReadOnlyList<TokenizerUse> Run(
        IReadOnlyList<string> models, IReadOnlyList<(string Name, string Path)> sources, FieldMap fields,
        double? maxBroken = null, Action<long>? progress = null)
    {
        var problems = new ProblemCollector();
        fields.Check(problems);
        foreach (var twice in models.GroupBy(Path.GetFullPath).Where(group => group.Count() > 1))
        {
            problems.Add(
                twice.First(), "each tokenizer once", $"{twice.Count()} times", "name the other one to compare with");
        }
        var files = sources.Select(source => problems.Try(() => CorpusFiles.Find([source.Path]))).ToList();
        var measured = models.Select(model => problems.Try(() => new Measured(model))).ToList();
        try
        {
            problems.ThrowIfAny();
            var bytes = 0L;
            foreach (var (index, (name, _)) in sources.Index())
            {
                measured.ForEach(one => one!.Begin(name));
                var quarantine = new QuarantineLog(maxBroken);
                var (texts, lines) = (0L, 0L);
                foreach (var document in CorpusReader.Read(
                    files[index]!, quarantine.Add, fields, count => lines += count))
                {
                    var utf8 = Encoding.UTF8.GetBytes(document.Text);
                    Take(measured!, utf8, new TextFacts(document.Text).Words.Count);
                    bytes += utf8.Length;
                    if (++texts % 100 == 0)
                        progress?.Invoke(bytes);
                }
                quarantine.ThrowIfTooMany(texts, lines);
            }
            return [.. measured.Select(one => one!.Use())];
        }
        finally
        {
            measured.ForEach(one => one?.Dispose());
        }
    }

    // A text counts for all tokenizers or for none, so that their numbers are of the same texts.
    private static void Take(List<Measured> measured, byte[] utf8, int words)
    {
        var isWhole = measured.TrueForAll(one => one.Encode(utf8));
        measured.ForEach(one => one.Count(isWhole, utf8.Length, words));
    }

    private sealed class Measured : IDisposable
    {
        private readonly Tokenizer _tokenizer;
        private readonly TextEncoder _encoder;
        private readonly ArrayBufferWriter<int> _ids = new();
        private readonly SentencePieceTable _table;
        private readonly bool[] _isUsed;
        private readonly List<TokenizerUse.Source> _sources = [];
        private readonly Stopwatch _time = new();

        public Measured(string path)
        {
            _tokenizer = Tokenizer.Load(path);
            _encoder = new TextEncoder(_tokenizer);
            _table = SentencePieceTable.Read(Tokenizer.ReadModel(path));
            _isUsed = new bool[_tokenizer.PieceCount];
        }

        public void Begin(string source) => _sources.Add(new TokenizerUse.Source(source));

        public bool Encode(byte[] utf8)
        {
            _ids.ResetWrittenCount();
            _time.Start();
            var isEncoded = _encoder.TryEncode(utf8, _ids);
            _time.Stop();
            return isEncoded;
        }

        public void Count(bool isWhole, int bytes, int words)
        {
            var one = new TokenizerUse.Source("");
            if (isWhole)
            {
                var fallback = 0;
                foreach (var id in _ids.WrittenSpan)
                {
                    _isUsed[id] = true;
                    fallback += _table.Pieces[id].Kind is Byte or Unknown ? 1 : 0;
                }
                one = one with
                {
                    Documents = 1,
                    Bytes = bytes,
                    Words = words,
                    Tokens = _ids.WrittenCount,
                    FallbackTokens = fallback,
                };
            }
            else
                one = one with { TooLong = 1 };
            _sources[^1] = _sources[^1].Plus(one);
        }

        public TokenizerUse Use() => new(
            _tokenizer.Path, _tokenizer.PieceCount,
            _table.Pieces.Index().Count(piece => piece.Item.Kind == SentencePiece.Normal && !_isUsed[piece.Index]),
            _time.Elapsed.TotalSeconds, _sources);

        public void Dispose() => _tokenizer.Dispose();
    }
}
