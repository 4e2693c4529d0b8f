using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// A parser that refuses text which lies too deep inside itself, or has zeros in it. What builds nodes out of its
/// events calls itself for each level, and a stack that overflows takes the process with it: somebody else's file must
/// not end a training.
/// </summary>
internal sealed class BoundedYaml(Parser parser) : IParser
{
    /// <summary>Levels that a run file needs: 4. Those of a job template in a cluster: about 12.</summary>
    public const int DeepestLevel = 64;

    private int _level;

    public ParsingEvent? Current => parser.Current;

    /// <exception cref="YamlException">The text is no YAML, lies too deep, or has zeros in it.</exception>
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
        // No key takes one, and no path can hold one.
        if (parser.Current is Scalar scalar && scalar.Value.Contains('\0'))
            throw new YamlException(scalar.Start, scalar.End, "a zero character");
        return true;
    }
}
