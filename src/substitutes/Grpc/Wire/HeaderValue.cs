using Grpc.Core;

namespace Grpc.Wire;

/// <summary>
/// Metadata entries as header text and back. Bytes travel as base64 without padding, several after commas.
/// </summary>
internal static class HeaderValue
{
    public static string Write(Metadata.Entry entry) =>
        entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value;

    /// <summary>Adds what a received header says; names that are no metadata names are passed over.</summary>
    public static void Read(Metadata metadata, string name, string? value)
    {
        if (HeaderNames.IsReserved(name) || value is null)
            return;

        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(name, value);
            return;
        }

        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
            metadata.Add(name, Bytes(name, part));
    }

    private static byte[] Bytes(string name, string base64)
    {
        // Senders may leave the padding out.
        var padded = base64.TrimEnd('=');
        padded += new string('=', (4 - padded.Length % 4) % 4);
        try
        {
            return Convert.FromBase64String(padded);
        }
        catch (FormatException exception)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"Header '{name}' is not base64.", exception));
        }
    }
}
