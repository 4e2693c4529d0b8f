namespace MiniCpmDist.Engine.Evaluation;

/// <summary>A model beside a reference over the same held-out tokens.</summary>
/// <param name="Tokens">Positions that bear loss.</param>
/// <param name="Loss">Of the model, in nats a token.</param>
/// <param name="ReferenceLoss">Of the reference.</param>
/// <param name="Error">Standard error of the difference of both, which is smaller than that of either.</param>
/// <param name="Divergence">Mean Kullback-Leibler divergence from the reference, in nats.</param>
/// <param name="SameTop">Share of positions at which both find the same token likeliest.</param>
public sealed record ComparisonReport(
    long Tokens, double Loss, double ReferenceLoss, double Error, double Divergence, double SameTop);
