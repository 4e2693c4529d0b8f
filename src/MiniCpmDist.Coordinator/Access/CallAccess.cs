using System.Threading.RateLimiting;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>What every call passes before anything reads it: the connection's rate, and the right of its
/// token.</summary>
internal static class CallAccess
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    public static void AddTo(IServiceCollection services, CallLimits limits)
    {
        // AddAuthentication is not used: it writes keys for cookies into the home folder, and there are no cookies
        // here.
        services.AddAuthenticationCore(options => options.AddScheme<TokenHandler>(TokenHandler.Scheme, null));
        services.AddAuthorization(options =>
        {
            foreach (var right in Rights.All)
                options.AddPolicy(right, policy => policy.RequireClaim(AccessTokens.RightClaim, right));
            // An endpoint that does not say who may ask requires all rights.
            options.DefaultPolicy = Every();
            options.FallbackPolicy = options.DefaultPolicy;
        });
        services.AddRateLimiter(options =>
        {
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
                RateLimitPartition.GetTokenBucketLimiter(http.Connection.Id, _ => Bucket(limits)));
            options.OnRejected = (rejected, _) => new ValueTask(Refusal.AnswerAsync(
                rejected.HttpContext, StatusCode.ResourceExhausted, StatusCodes.Status429TooManyRequests,
                $"More than {limits.CallsPerSecond} calls a second over one connection: slow down."));
        });
    }

    public static void Use(IApplicationBuilder app)
    {
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    private static AuthorizationPolicy Every() => Rights.All
        .Aggregate(
            new AuthorizationPolicyBuilder(),
            (policy, right) => policy.RequireClaim(AccessTokens.RightClaim, right))
        .Build();

    private static TokenBucketRateLimiterOptions Bucket(CallLimits limits) => new()
    {
        TokenLimit = limits.CallsAtOnce,
        TokensPerPeriod = limits.CallsPerSecond,
        ReplenishmentPeriod = s_second,
    };
}
