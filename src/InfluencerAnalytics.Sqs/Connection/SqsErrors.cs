using System.Net;
using Amazon.Runtime;
using Amazon.SQS.Model;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;

namespace InfluencerAnalytics.Sqs.Connection;

/// <summary>
/// Says what a failed call means and what to do about it. Codes: "Common Errors" and the errors of each action in the Amazon SQS API Reference.
/// </summary>
internal static class SqsErrors
{
    private static readonly string[] Expired = ["ExpiredToken", "ExpiredTokenException"];

    private static readonly string[] Unknown = ["InvalidClientTokenId", "UnrecognizedClientException", "InvalidSecurity", "SignatureDoesNotMatch", "InvalidSignatureException", "MissingAuthenticationToken"];

    private static readonly string[] Throttled = ["ThrottlingException", "Throttling", "RequestThrottled", "TooManyRequestsException", "KMS.ThrottlingException", "KmsThrottled", "SlowDown"];

    // A handle that was issued by no queue, or whose message went or is visible again. With a code of its own only the first; the others come as a bad value, see aws-sdk-net issue 1927.
    private static readonly string[] Stale = ["ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue"];

    /// <summary>Whether it is SQS or the way to it that failed, and not this program.</summary>
    public static bool IsOfTheCall(Exception exception) =>
        exception is AmazonClientException or AmazonServiceException or HttpRequestException or IOException or OperationCanceledException or TimeoutException;

    /// <summary>Whether an entry failed because its receipt is no longer valid.</summary>
    public static bool IsStale(BatchResultErrorEntry failure) => Is(failure.Code, Stale);

    public static QueueUnavailableException Explain(Exception exception, string name, SqsOptions options) =>
        new($"SQS, queue {name}: {Reason(exception, name, options)}", exception) { IsMissing = exception is QueueDoesNotExistException };

    private static string Reason(Exception exception, string name, SqsOptions options) => exception switch
    {
        QueueDoesNotExistException => $"it does not exist{In(options)}. Make it with 'queues create', or set Sqs:QueuePrefix and Sqs:Region to where it is.",
        OverLimitException => "120,000 messages are in flight, which is the most that SQS allows a queue. Larger shards (Seeding:ShardSize) make fewer messages.",
        AmazonServiceException service => Reason(service, name),
        OperationCanceledException or TimeoutException => $"no answer within {options.CallTimeout.TotalSeconds:0.#} s (Sqs:CallTimeout){At(options)}.",
        AmazonClientException client => Credentials(client) ?? $"{Innermost(client)}{At(options)}.",
        _ => $"{Innermost(exception)}{At(options)}.",
    };

    private static string Reason(AmazonServiceException exception, string name) => exception.ErrorCode switch
    {
        var code when Is(code, Expired) => "the credentials have expired. A role renews them by itself; others have to be set anew.",
        var code when Is(code, Unknown) => $"the credentials are not valid ({code}). They come by the standard chain of the AWS SDK: environment, profile, role.",
        var code when Is(code, ["RequestExpired", "RequestTimeTooSkewed"]) => "this machine's clock is wrong: SQS refuses what it signs. Set the clock.",
        var code when Is(code, Throttled) => $"the calls are throttled ({code}). They are made again, more slowly.",
        var code when Is(code, ["OverLimit"]) => "120,000 messages are in flight, which is the most that SQS allows a queue.",
        _ when exception.StatusCode == HttpStatusCode.Forbidden => $"access is denied: {exception.Message} docs/operations.md has the rights that each role needs on {name}.",
        _ when exception.StatusCode >= HttpStatusCode.InternalServerError => $"SQS failed ({(int)exception.StatusCode} {exception.ErrorCode}).",
        var code => $"{code}: {exception.Message}",
    };

    private static string? Credentials(AmazonClientException exception) =>
        exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase)
            ? "there are no credentials. They come by the standard chain of the AWS SDK: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the role of the container or instance."
            : exception.Message.Contains("RegionEndpoint", StringComparison.Ordinal) ? "no region is known. Set Sqs:Region or AWS_REGION." : null;

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception.Message.TrimEnd('.');
    }

    private static string In(SqsOptions options) => options.Region is { } region ? $" in {region}" : "";

    private static string At(SqsOptions options) => options.ServiceUrl is { } url ? $", at {url}" : "";

    // Some carry the service before the code.
    private static bool Is(string? code, string[] codes) => code is not null && Array.Exists(codes, one => code == one || code.EndsWith($".{one}", StringComparison.Ordinal));
}
