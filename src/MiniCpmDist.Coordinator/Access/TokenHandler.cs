using System.Security.Claims;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using MiniCpmDist.Coordinator.Hosting;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>Knows callers by their bearer token, and tells refused callers why.</summary>
internal sealed class TokenHandler(ListenPlan plan) : IAuthenticationHandler
{
    public const string Scheme = "token";

    // The identity of all calls where there are no tokens.
    private static readonly AuthenticateResult s_everybody = Success(AccessTokens.Everything);

    private HttpContext? _http;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _http = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync()
    {
        if (plan.Tokens is not { } tokens)
            return Task.FromResult(s_everybody);
        var header = _http!.Request.Headers.Authorization;
        var claims = tokens.Of(header.Count == 1 ? header[0] : null);
        return Task.FromResult(claims.Count == 0 ? AuthenticateResult.NoResult() : Success(claims));
    }

    public Task ChallengeAsync(AuthenticationProperties? properties) => Refusal.AnswerAsync(
        _http!, StatusCode.Unauthenticated, StatusCodes.Status401Unauthorized,
        _http!.Request.Headers.Authorization.Count == 0
            ? "This coordinator takes calls with a token that it knows: give --token-file FILE, or send "
                + "`authorization: Bearer TOKEN`."
            : "The token of this call is not one that this coordinator knows: ask whoever runs it for one, or look "
                + "whether the file holds another coordinator's.");

    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        var held = _http!.User.FindAll(AccessTokens.RightClaim).Select(claim => claim.Value).Distinct();
        var needed = _http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return Refusal.AnswerAsync(
            _http, StatusCode.PermissionDenied, StatusCodes.Status403Forbidden,
            $"This token has the right to {string.Join(", ", held)}, and the call takes the right to "
            + $"{needed ?? string.Join(", ", Rights.All)}: ask for a token that has it.");
    }

    private static AuthenticateResult Success(IReadOnlyList<Claim> claims) => AuthenticateResult.Success(
        new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme)), Scheme));
}
