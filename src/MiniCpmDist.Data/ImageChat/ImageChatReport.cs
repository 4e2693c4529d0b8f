namespace MiniCpmDist.Data.ImageChat;

/// <summary>What has become of conversations about pictures.</summary>
/// <param name="Samples">Conversations read.</param>
/// <param name="Packed">Those that are in sequences.</param>
/// <param name="TooLong">Those that do not fit into one, which were dropped.</param>
/// <param name="Parts">Parts of pictures.</param>
/// <param name="Sequences">To train on and held out.</param>
/// <param name="Kept">Positions that are no padding.</param>
/// <param name="Positions">Of all sequences.</param>
public sealed record ImageChatReport(
    long Samples, long Packed, long TooLong, long Parts, long Sequences, long Kept, long Positions);
