using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;

namespace InfluencerAnalytics.Tests.Configuration;

public sealed class SqsNeedsTests
{
    private static readonly StorageOptions OnSqs = new() { Queue = QueueKind.Sqs };

    [Fact]
    public void Errors_QueuesAreEmbedded_AreNone() =>
        SqsNeeds.Errors(new StorageOptions(), Every(1), new SqsOptions(), _ => "is not set.").ShouldBeEmpty();

    [Fact]
    public void Errors_IntervalTooShortAndNoRegion_NamesBothKeys() =>
        SqsNeeds.Errors(OnSqs, Every(4), new SqsOptions(), _ => "is not set.").ShouldBe(
            ["Seeding:Interval: an interval of 4 s is too short for SQS, which counts in whole seconds: 5s is the shortest.", "Sqs:Region: is not set."]);

    [Fact]
    public void Errors_ShortestIntervalAndARegion_AreNone() =>
        SqsNeeds.Errors(OnSqs, Every(5), new SqsOptions { Region = "eu-central-1" }, SqsRegion.Problem).ShouldBeEmpty();

    [Fact]
    public void Errors_AnotherEndpointWithoutARegion_AreNone() =>
        SqsNeeds.Errors(OnSqs, Every(60), new SqsOptions { ServiceUrl = new Uri("http://localhost:4566") }, SqsRegion.Problem).ShouldBeEmpty();

    private static SeedingOptions Every(int seconds) => new() { Interval = TimeSpan.FromSeconds(seconds) };
}
