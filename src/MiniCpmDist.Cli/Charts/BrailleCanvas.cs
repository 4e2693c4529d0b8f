namespace MiniCpmDist.Cli.Charts;

/// <summary>A drawing area of terminal cells with 2 x 4 dots each, after Unicode's braille patterns.</summary>
internal sealed class BrailleCanvas(int columns, int rows)
{
    private const char Blank = '\u2800';

    // Dots 1-3 and 7 stand left, 4-6 and 8 right; the fourth row came later, hence the order of the bits.
    private static readonly int[,] s_bits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };
    private readonly int[,] _dots = new int[rows, columns];
    private readonly int[,] _owners = new int[rows, columns];

    public int DotColumns => columns * 2;

    public int DotRows => rows * 4;

    /// <summary>
    /// Sets a dot, 0 being left and top; outside the canvas nothing happens. The last owner of a cell colours it.
    /// </summary>
    public void Set(int x, int y, int owner)
    {
        if (x < 0 || y < 0 || x >= DotColumns || y >= DotRows)
            return;
        _dots[y / 4, x / 2] |= s_bits[y % 4, x % 2];
        _owners[y / 4, x / 2] = owner;
    }

    /// <summary>The character of a cell and who drew on it last; a space, and no owner, where nobody did.</summary>
    public (char Character, int? Owner) Cell(int column, int row) =>
        _dots[row, column] == 0 ? (' ', null) : ((char)(Blank + _dots[row, column]), _owners[row, column]);
}
