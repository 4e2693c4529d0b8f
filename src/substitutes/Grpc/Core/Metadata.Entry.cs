using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One name with its text, or with its bytes if the name ends with <c>-bin</c>. Immutable.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> s_nameCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <exception cref="ArgumentException">The name has other characters than letters,
        /// digits and <c>-_.</c>, or ends with <c>-bin</c>.</exception>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalized(key);
            if (IsBinary)
                throw new ArgumentException(
                    $"'{Key}' ends with '{BinaryHeaderSuffix}': its value must be bytes.", nameof(key));

            _text = value;
        }

        /// <exception cref="ArgumentException">The name has other characters than letters, digits and <c>-_.</c>,
        /// or does not end with <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalized(key);
            if (!IsBinary)
                throw new ArgumentException(
                    $"'{Key}' must end with '{BinaryHeaderSuffix}' to carry bytes.", nameof(key));

            _bytes = [.. valueBytes];
        }

        /// <summary>The name, in lower case.</summary>
        public string Key { get; }

        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <exception cref="InvalidOperationException">The entry carries bytes.</exception>
        public string Value => _text ?? throw new InvalidOperationException($"'{Key}' carries bytes: read ValueBytes.");

        /// <summary>A copy of the bytes; of a text entry, its ASCII bytes.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text!) : [.. _bytes];

        public override string ToString() =>
            _bytes is null
                ? $"[Entry: key={Key}, value={_text}]"
                : $"[Entry: key={Key}, valueBytes={_bytes.Length} bytes]";

        internal bool Is(string key) => Key.Equals(key, StringComparison.OrdinalIgnoreCase);

        // HTTP/2 field names are lower case on the wire; comparing them must not depend on how the caller wrote them.
        private static string Normalized(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            var name = key.ToLowerInvariant();
            return name.AsSpan().ContainsAnyExcept(s_nameCharacters)
                ? throw new ArgumentException($"'{key}' is no header name: letters, digits and -_. only.", nameof(key))
                : name;
        }
    }
}
