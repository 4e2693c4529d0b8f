using System.Globalization;

namespace MiniCpmDist.Core.History;

/// <summary>How much of a history a reader has.</summary>
/// <param name="Epoch">A new number says that what was there before has changed and has to be read again.</param>
/// <param name="Points">Points that are complete.</param>
/// <param name="HeldOut">Held-out losses.</param>
/// <param name="Events">Number of the newest event.</param>
public readonly record struct HistoryCursor(long Epoch, int Points, int HeldOut, long Events)
{
    /// <summary>The cursor of a reader that has nothing: epochs count from 1.</summary>
    public static HistoryCursor None => default;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Points}.{HeldOut}.{Events}");

    /// <summary>Reads a cursor from its text; <see cref="None"/> for any other text.</summary>
    public static HistoryCursor Parse(string? text)
    {
        var parts = text?.Split('.') ?? [];
        return parts.Length == 4 && Number(parts[0], out var epoch) && Number(parts[1], out var points)
            && Number(parts[2], out var heldOut) && Number(parts[3], out var events)
            && points <= int.MaxValue && heldOut <= int.MaxValue
            ? new HistoryCursor(epoch, (int)points, (int)heldOut, events)
            : None;
    }

    private static bool Number(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
