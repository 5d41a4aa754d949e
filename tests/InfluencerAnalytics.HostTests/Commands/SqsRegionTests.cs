using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Commands;

/// <summary>Queues on SQS of a region that nobody names.</summary>
public sealed class SqsRegionTests
{
    private static readonly Dictionary<string, string?> NothingOfAws = new()
    {
        ["AWS_REGION"] = null,
        ["AWS_DEFAULT_REGION"] = null,
        ["AWS_PROFILE"] = null,
        ["AWS_CONFIG_FILE"] = "/nowhere",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/nowhere",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    [Theory]
    [InlineData("check-config")]
    [InlineData("up")]
    public async Task Any_NoRegionIsKnown_SaysSoAndExitsWith2(string command)
    {
        var (code, output) = await ProgramProcess.RunAsync([command, "--set", "Storage:Queue=Sqs"], NothingOfAws, TestContext.Current.CancellationToken);

        code.ShouldBe(2, output);
        output.ShouldContain("Sqs:Region: is not set, and neither AWS_REGION nor");
    }

    [Fact]
    public async Task CheckConfig_RegionOfTheEnvironment_IsValid()
    {
        var (code, output) = await ProgramProcess.RunAsync(
            ["check-config", "--set", "Storage:Queue=Sqs"], new Dictionary<string, string?>(NothingOfAws) { ["AWS_REGION"] = "eu-central-1" }, TestContext.Current.CancellationToken);

        code.ShouldBe(0, output);
    }
}
