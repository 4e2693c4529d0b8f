namespace MiniCpmDist.Core.Alignment;

/// <summary>Log-probabilities of both answers of a pair in nats, summed over their scored tokens.</summary>
/// <param name="Chosen">Of the answer that is preferred, under the model that is trained.</param>
/// <param name="Rejected">Of the other one.</param>
/// <param name="ReferenceChosen">Of the answer that is preferred, under the reference.</param>
/// <param name="ReferenceRejected">Of the other one.</param>
/// <param name="ChosenTokens">Scored tokens, at least one.</param>
/// <param name="RejectedTokens">Scored tokens of the other answer.</param>
public readonly record struct PreferencePair(
    double Chosen, double Rejected, double ReferenceChosen, double ReferenceRejected, int ChosenTokens,
    int RejectedTokens);
