namespace MiniCpmDist.Coordinator.Client;

/// <summary>Choices of the program and of the wire, paired.</summary>
internal static class Words
{
    public static TMessage Message<TValue, TMessage>((TValue Value, TMessage Message)[] pairs, TValue value)
        where TMessage : struct, Enum =>
        pairs.FirstOrDefault(pair => EqualityComparer<TValue>.Default.Equals(pair.Value, value)) is var found
        && !EqualityComparer<TMessage>.Default.Equals(found.Message, default)
            ? found.Message
            : throw new ArgumentOutOfRangeException(nameof(value), value, "This has no place in the protocol.");

    /// <exception cref="FormatException">The message has a word that this version does not know.</exception>
    public static TValue Value<TValue, TMessage>((TValue Value, TMessage Message)[] pairs, TMessage message)
        where TMessage : struct, Enum
    {
        foreach (var pair in pairs)
        {
            if (EqualityComparer<TMessage>.Default.Equals(pair.Message, message))
                return pair.Value;
        }

        throw new FormatException(
            $"Expected one of {string.Join(", ", pairs.Select(pair => pair.Message))}, found {message}, which this "
            + "version does not know: update minicpm.");
    }
}
