using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Corpus;

/// <summary>
/// The lines that gave no text: counted, written down, and told when they are too many (<see cref="QuarantineLimit"/>).
/// </summary>
internal sealed class QuarantineLog(double? allowed, TextWriter? file = null)
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
    /// Ends the work where nothing is left of the corpus, or where more of its lines are broken than
    /// <see cref="QuarantineLimit"/> or the user allows.
    /// </summary>
    /// <exception cref="ConfigurationException">It names the first twenty lines.</exception>
    public void ThrowIfTooMany(long documents, long lines)
    {
        if (documents == 0)
        {
            throw TooMany($"The corpus holds no text: {Count} line(s) are broken and none is left. "
                + "Expected one {\"text\": \"...\"} a line (other names: --text-field), or *.txt.");
        }
        if (QuarantineLimit.IsPassed(Count, lines, allowed))
            throw TooMany(Broken(lines, ""));
    }

    /// <summary>Ends the work early where most of what has been read so far is broken.</summary>
    /// <exception cref="ConfigurationException">It names the first twenty lines.</exception>
    public void ThrowIfHopeless(long lines)
    {
        if (QuarantineLimit.IsHopeless(Count, lines, allowed))
            throw TooMany(Broken(lines, " read so far"));
    }

    /// <summary>Reads a line of the file that lists all quarantined lines.</summary>
    public static QuarantinedLine Parse(string line) => JsonSerializer.Deserialize<QuarantinedLine>(line, s_json)!;

    private string Broken(long lines, string which)
    {
        var shown = _first.Count == 1 ? "it is above" : $"the first {_first.Count} are above";
        var limit = allowed is { } share
            ? string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.####} %, by --max-broken")
            : QuarantineLimit.Rule;
        var needed = Math.Min(1, Math.Ceiling(100.0 * Count / lines) / 100);
        return string.Create(CultureInfo.InvariantCulture,
            $"The corpus is broken: {Count} of {lines} lines{which} give no text ({shown}); tolerated are {limit}. "
            + $"Repair it, or set them aside with --max-broken {needed:0.##}.");
    }

    private ConfigurationException TooMany(string sentence)
    {
        const string Repair = "repair or remove the line";
        var problems = _first
            .Select(line => new Problem(CorpusFiles.PlaceOf(line.File, line.Line), "a text", line.Reason, Repair))
            .ToList();
        problems.Add(Problem.Of(sentence));
        return new ConfigurationException(problems);
    }
}
