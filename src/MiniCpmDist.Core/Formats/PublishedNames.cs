using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// Names of tensors as MiniCPM-V 2.0 publishes them: those of the language model begin with <c>llm.</c>, where MiniCPM
/// alone has none of it.
/// </summary>
public static class PublishedNames
{
    private const string Language = "llm.";

    /// <summary>The published name of a parameter.</summary>
    public static string Of(ModelShape shape, ParameterSpec spec) =>
        shape.Vision is not null && spec.Part == ModelPart.Language ? Language + spec.Name : spec.Name;

    /// <summary>The name of a parameter by its published one.</summary>
    public static string Own(string published) =>
        published.StartsWith(Language, StringComparison.Ordinal) ? published[Language.Length..] : published;
}
