using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Engine.Data;

/// <summary>
/// The lines that gave no text. A few are the price of any large corpus and are set aside; many mean that the corpus is
/// not what it was taken for, and end the work.
/// </summary>
internal sealed class QuarantineLog(TextWriter? file = null)
{
    private const int ToleratedLines = 100;
    private const double ToleratedFraction = 0.01;
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
        var tooMany = Count > ToleratedLines && Count > ToleratedFraction * (Count + documents);
        if (documents > 0 && !tooMany)
            return;
        const string Repair = "repair or remove the line";
        var faults = _first
            .Select(line => new Fault($"{line.File}, line {line.Line}", "a text", line.Reason, Repair))
            .ToList();
        faults.Add(Fault.Of(documents == 0
            ? $"The corpus holds no text: {Count} line(s) are broken and none is left. "
                + "Expected one {\"text\": \"...\"} a line, or *.txt."
            : $"The corpus is broken: {Count} of {Count + documents} lines give no text "
                + $"(the first {_first.Count} are above); tolerated are 1 %."));
        throw new ConfigurationException(faults);
    }
}
