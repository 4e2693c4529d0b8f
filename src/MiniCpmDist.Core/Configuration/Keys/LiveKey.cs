namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>How a resumed run takes a key that commands may have changed too.</summary>
/// <param name="Text">Its value as the journal has it, for people.</param>
/// <param name="Take">The first options with this key's value of the second.</param>
internal sealed record LiveKey<T>(Func<T, string> Text, Func<T, T, T> Take);
