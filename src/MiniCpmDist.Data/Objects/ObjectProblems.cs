using System.Net;
using Amazon.Runtime;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Objects;

/// <summary>What a store and its client say when something goes wrong, as problems that a user can do something
/// about.</summary>
internal static class ObjectProblems
{
    private const string Rights =
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, for somebody who may list and read it";

    private const string Place = "check the name, AWS_REGION, and AWS_ENDPOINT_URL of a store that is not Amazon's";

    /// <summary>Asks a store.</summary>
    /// <exception cref="ConfigurationException">It does not answer, or does not give what was asked for.</exception>
    public static T Guard<T>(ObjectUrl url, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (AmazonServiceException e) when (e.StatusCode != 0)
        {
            throw Of(url, e);
        }
        catch (AmazonClientException e) when (e.Message.Contains("region", StringComparison.OrdinalIgnoreCase))
        {
            throw Problem(url, "a region, or the address of a store", "neither in the environment", Place);
        }
        catch (AmazonClientException e) when (e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase))
        {
            throw Problem(url, "credentials for the store", "none in the environment", Rights);
        }
        catch (Exception e) when (
            e is AmazonClientException or AmazonServiceException or HttpRequestException or IOException
                or OperationCanceledException)
        {
            throw Problem(
                url, "a store that answers", e.GetBaseException().Message,
                "check the network and AWS_ENDPOINT_URL, and give the same command again");
        }
    }

    private static ConfigurationException Of(ObjectUrl url, AmazonServiceException e) =>
        (e.StatusCode, e.ErrorCode) switch
        {
            (_, "NoSuchBucket") => Problem(url, "a bucket", $"none of the name {url.Bucket}", Place),
            // An answer without a body has no code of its own.
            (HttpStatusCode.NotFound, _) => Problem(url, "an object", "nothing of that name", "check the name"),
            (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, var code) => Problem(
                url, "rights to read", $"{code}: {e.Message}", Rights),
            (HttpStatusCode.PreconditionFailed, _) => Problem(
                url, "an object that stays as it is meanwhile", "one that was replaced",
                "give the same command again once it is complete"),
            (HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect or HttpStatusCode.BadRequest, _) =>
                Problem(url, "a store that has the bucket", $"{e.ErrorCode}: {e.Message}", Place),
            var (status, code) => Problem(
                url, "a store that answers", $"{(int)status} {code}: {e.Message}", "give the same command again later"),
        };

    private static ConfigurationException Problem(ObjectUrl url, string expected, string found, string fix) =>
        new([new Problem(url.ToString(), expected, found.TrimEnd('.'), fix)]);
}
