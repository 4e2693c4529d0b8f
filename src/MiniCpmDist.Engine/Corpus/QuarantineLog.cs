using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Engine.Corpus;

/// <summary>
/// The lines that gave no text: counted, written down, and told when they are too many (<see cref="QuarantineLimit"/>).
/// </summary>
internal sealed class QuarantineLog(TextWriter? file = null)
{
    private const int ShownLines = 20;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private readonly List<QuarantinedLine> _first = [];

    public long Count { get; private set; }

    public void Add(QuarantinedLine line)
    {
        Count++;
        if (_first.Count < ShownLines)
            _first.Add(line);
        file?.WriteLine(JsonSerializer.Serialize(line, s_json));
    }

    /// <summary>
    /// Ends the work where nothing is left of the corpus, or where more than 100 lines and more than 1 % of it are
    /// broken.
    /// </summary>
    /// <exception cref="ConfigurationException">It names the first twenty lines.</exception>
    public void ThrowIfTooMany(long documents)
    {
        if (documents == 0 || QuarantineLimit.IsPassed(Count, documents))
            throw TooMany(documents, isWhole: true);
    }

    /// <summary>Ends the work early where most of what has been read so far is broken.</summary>
    /// <exception cref="ConfigurationException">It names the first twenty lines.</exception>
    public void ThrowIfHopeless(long documents)
    {
        if (QuarantineLimit.IsHopeless(Count, documents))
            throw TooMany(documents, isWhole: false);
    }

    /// <summary>The line as the file of all of them has it.</summary>
    public static QuarantinedLine Parse(string line) => JsonSerializer.Deserialize<QuarantinedLine>(line, s_json)!;

    private ConfigurationException TooMany(long documents, bool isWhole)
    {
        const string Repair = "repair or remove the line";
        var faults = _first
            .Select(line => new Fault($"{line.File}, line {line.Line}", "a text", line.Reason, Repair))
            .ToList();
        var shown = _first.Count == 1 ? "it is above" : $"the first {_first.Count} are above";
        faults.Add(Fault.Of(documents == 0 && isWhole
            ? $"The corpus holds no text: {Count} line(s) are broken and none is left. "
                + "Expected one {\"text\": \"...\"} a line (other names: --text-field), or *.txt."
            : $"The corpus is broken: {Count} of {Count + documents} lines{(isWhole ? "" : " read so far")} give no "
                + $"text ({shown}); tolerated are 1 %."));
        return new ConfigurationException(faults);
    }
}
