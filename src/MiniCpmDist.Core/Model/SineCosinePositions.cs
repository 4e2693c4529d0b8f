namespace MiniCpmDist.Core.Model;

/// <summary>
/// Positions of a grid as sines and cosines: the first half of the channels is the column, the second half the row.
/// Each half is [sin(p·ω), cos(p·ω)] with ω_i = 10000^(-i/(width/4)), and p counts 0, 1, … whatever the grid's size.
/// </summary>
public static class SineCosinePositions
{
    private const double Base = 10_000;

    /// <param name="columns">Of the grid.</param>
    /// <param name="rows">Of the grid.</param>
    /// <param name="width">Channels, a multiple of four.</param>
    /// <returns><c>[rows · columns, width]</c>, row by row.</returns>
    public static double[] Of(int columns, int rows, int width)
    {
        if (width % 4 != 0)
            throw new ArgumentException($"Expected a multiple of 4 channels, found {width}.", nameof(width));
        var quarter = width / 4;
        var table = new double[rows * columns * width];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var place = table.AsSpan((row * columns + column) * width, width);
                for (var i = 0; i < quarter; i++)
                {
                    var frequency = Math.Pow(Base, -(double)i / quarter);
                    (place[quarter + i], place[3 * quarter + i]) =
                        (Math.Cos(column * frequency), Math.Cos(row * frequency));
                    (place[i], place[2 * quarter + i]) = (Math.Sin(column * frequency), Math.Sin(row * frequency));
                }
            }
        }
        return table;
    }
}
