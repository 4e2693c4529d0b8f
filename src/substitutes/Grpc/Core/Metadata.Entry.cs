using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One name with its text, or with its bytes if the name ends with <c>-bin</c>. Immutable.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> NameCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

        private readonly string? text;
        private readonly byte[]? bytes;

        /// <exception cref="ArgumentException">The name has other characters than letters, digits and <c>-_.</c>, or
        /// ends with <c>-bin</c>.</exception>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalized(key);
            if (IsBinary)
                throw new ArgumentException($"'{Key}' ends with '{BinaryHeaderSuffix}': its value must be bytes.", nameof(key));

            text = value;
        }

        /// <exception cref="ArgumentException">The name has other characters than letters, digits and <c>-_.</c>, or
        /// does not end with <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalized(key);
            if (!IsBinary)
                throw new ArgumentException($"'{Key}' must end with '{BinaryHeaderSuffix}' to carry bytes.", nameof(key));

            bytes = [.. valueBytes];
        }

        /// <summary>The name, in lower case.</summary>
        public string Key { get; }

        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <exception cref="InvalidOperationException">The entry carries bytes.</exception>
        public string Value => text ?? throw new InvalidOperationException($"'{Key}' carries bytes: read ValueBytes.");

        /// <summary>A copy of the bytes; of a text entry, its ASCII bytes.</summary>
        public byte[] ValueBytes => bytes is null ? Encoding.ASCII.GetBytes(text!) : [.. bytes];

        public override string ToString() =>
            bytes is null ? $"[Entry: key={Key}, value={text}]" : $"[Entry: key={Key}, valueBytes={bytes.Length} bytes]";

        internal bool Is(string key) => Key.Equals(key, StringComparison.OrdinalIgnoreCase);

        // HTTP/2 field names are lower case on the wire; comparing them must not depend on how the caller wrote them.
        private static string Normalized(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            var name = key.ToLowerInvariant();
            return name.AsSpan().ContainsAnyExcept(NameCharacters)
                ? throw new ArgumentException($"'{key}' is no header name: letters, digits and -_. only.", nameof(key))
                : name;
        }
    }
}
