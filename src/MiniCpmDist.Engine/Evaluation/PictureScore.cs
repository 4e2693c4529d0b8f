namespace MiniCpmDist.Engine.Evaluation;

/// <summary>Answers about pictures to questions of one kind.</summary>
/// <param name="Kind">What they are about.</param>
/// <param name="Asked">Questions.</param>
/// <param name="Right">Answers that are the right ones, word for word.</param>
/// <param name="Commonest">What the commonest right answer would get, given to every question.</param>
public sealed record PictureScore(string Kind, int Asked, int Right, int Commonest);
