using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// A parser that refuses text which is nested too deeply or contains zero characters. The code that builds nodes from
/// its events calls itself once for each level, and a stack overflow ends the process. A file from somebody else must
/// not end a training.
/// </summary>
internal sealed class BoundedYaml(Parser parser) : IParser
{
    /// <summary>
    /// The deepest nesting that is read. A run file needs 4 levels, a job template of a cluster about 12.
    /// </summary>
    public const int DeepestLevel = 64;

    private int _level;

    public ParsingEvent? Current => parser.Current;

    /// <exception cref="YamlException">
    /// The text is no YAML, is nested too deeply, or contains zero characters.
    /// </exception>
    public bool MoveNext()
    {
        if (!parser.MoveNext())
            return false;
        _level += parser.Current switch
        {
            SequenceStart or MappingStart => 1,
            SequenceEnd or MappingEnd => -1,
            _ => 0,
        };
        if (_level > DeepestLevel)
        {
            throw new YamlException(
                parser.Current!.Start, parser.Current.End, $"lists and mappings more than {DeepestLevel} levels deep");
        }
        // No key takes a zero character, and no path can hold one.
        if (parser.Current is Scalar scalar && scalar.Value.Contains('\0'))
            throw new YamlException(scalar.Start, scalar.End, "a zero character");
        return true;
    }
}
