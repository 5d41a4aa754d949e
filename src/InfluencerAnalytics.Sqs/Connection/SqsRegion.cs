using Amazon.Runtime;
using InfluencerAnalytics.Sqs.Configuration;

namespace InfluencerAnalytics.Sqs.Connection;

/// <summary>Whether it is known which region's SQS is called.</summary>
internal static class SqsRegion
{
    /// <summary>What is wrong, in words that follow the key; null when the options name a region or an endpoint, or the standard chain of the SDK has a region.</summary>
    /// <remarks>Of an instance of EC2 its metadata are asked, the last in the chain: a network call, of those only who have set nothing.</remarks>
    public static string? Problem(SqsOptions options)
    {
        if (options.Region is not null || options.ServiceUrl is not null)
            return null;
        try
        {
            return FallbackRegionFactory.GetRegionEndpoint() is null
                ? "is not set, and neither AWS_REGION nor a profile or an instance of EC2 has a region. Set it, or Sqs:ServiceUrl for another endpoint."
                : null;
        }
        catch (AmazonClientException exception)
        {
            return $"is not set, and the standard chain of the AWS SDK has none: {exception.Message}";
        }
    }
}
