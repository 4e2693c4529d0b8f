using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Spells values so that YAML reads them back as the same ones.</summary>
internal static partial class YamlScalar
{
    private static readonly JsonSerializerOptions s_quoted = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    public static string Of(string? text) =>
        text is null
            ? "null"
            : Plain().IsMatch(text) && !Word().IsMatch(text) ? text : JsonSerializer.Serialize(text, s_quoted);

    /// <summary>The shortest digits that give the same bits, with an exponent such as <c>1e-8</c>.</summary>
    public static string Of(double value) =>
        Exponent().Replace(
            value.ToString("R", CultureInfo.InvariantCulture),
            match => "e" + match.Groups[1].Value + match.Groups[2].Value);

    public static string Of(bool value) => value ? "true" : "false";

    [GeneratedRegex(@"^[A-Za-z_./][A-Za-z0-9_./-]*\z")]
    private static partial Regex Plain();

    [GeneratedRegex("^(null|true|false|yes|no|on|off|y|n|\\.inf|\\.nan)$", RegexOptions.IgnoreCase)]
    private static partial Regex Word();

    [GeneratedRegex(@"E\+?(-?)0*(\d+)$")]
    private static partial Regex Exponent();
}
