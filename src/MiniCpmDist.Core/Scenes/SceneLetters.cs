namespace MiniCpmDist.Core.Scenes;

/// <summary>
/// Letters of five by seven points, so that signs look the same on machines with other fonts or none.
/// </summary>
internal static class SceneLetters
{
    public const int Width = 5;
    public const int Height = 7;

    private const string Drawn =
        "A:0E11111F111111 B:1E11111E11111E C:0E11101010110E D:1E11111111111E E:1F10101E10101F F:1F10101E101010 "
        + "G:0E11101711110E H:1111111F111111 J:0702020202120C K:11121418141211 L:1010101010101F M:111B1515111111 "
        + "N:11191513111111 P:1E11111E101010 Q:0E11111115120D R:1E11111E141211 S:0F10100E01011E T:1F040404040404 "
        + "U:1111111111110E V:11111111110A04 W:1111111515150A X:11110A040A1111 Y:11110A04040404 Z:1F01020408101F "
        + "2:0E11010204081F 3:1F02040201110E 4:02060A121F0202 5:1F101E0101110E 6:0608101E11110E 7:1F010204080808 "
        + "8:0E11110E11110E 9:0E11110F01020C";

    private static readonly Dictionary<char, byte[]> s_rows = Drawn
        .Split(' ')
        .ToDictionary(letter => letter[0], letter => Convert.FromHexString(letter[2..]));

    /// <summary>Whether the point of a letter is drawn.</summary>
    public static bool Covers(char letter, int column, int row) =>
        (s_rows[letter][row] >> (Width - 1 - column) & 1) == 1;
}
