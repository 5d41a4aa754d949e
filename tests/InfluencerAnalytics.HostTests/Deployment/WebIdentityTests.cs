using System.Diagnostics;
using InfluencerAnalytics.HostTests.Providers.Mockstagram;
using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>The credentials of a service account in Kubernetes: a token in a file, for which AWS STS gives those of a role.</summary>
public sealed class WebIdentityTests
{
    private const string Refused =
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not this one.</Message></Error></ErrorResponse>
        """;

    [Fact]
    public async Task Credentials_ATokenInAFile_IsTakenToSts()
    {
        await using var sts = RawServer.Answering("403 Forbidden", Refused, "Content-Type: text/xml\r\n");
        using var temp = new TempDirectory();
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "influencer-analytics"), ["queues", "check", "--set", "Sqs:Region=eu-central-1", "--set", "Sqs:CallTimeout=20s"])
        {
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE" })
            start.Environment.Remove(name);
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/fetch";
        start.Environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = temp.File("token", "a token");
        start.Environment["AWS_ENDPOINT_URL_STS"] = sts.Address.ToString();
        using var program = Process.Start(start)!;
        var said = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);

        sts.Requests.ShouldContain("POST / HTTP/1.1", said);
        said.ShouldNotContain("probably a bug");
    }
}
