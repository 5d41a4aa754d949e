using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.Tests.Stores.Processes;

public sealed class ProcessReportTests
{
    [Fact]
    public void Parse_OfANewerVersion_SkipsWhatItAdded()
    {
        var report = ProcessReport.Parse("a", """{"id":"b","role":"fetcher","host":"h","version":"9.0.0","startedAt":5,"mood":{"good":true},"fetch":{"perSecond":3.5,"luck":7}}""");
        (report.Id, report.Role, report.Version, report.StartedAt, report.Fetch.PerSecond).ShouldBe(("a", "fetcher", "9.0.0", 5, 3.5));
        (report.Problems.Count, report.Ingest.Stored, report.Fetch.Failures.Count).ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":"a","role":7}""")]
    [InlineData("""{"id":"a","role":"api","host":"h","version":"1","startedAt":5,"fetch":null}""")]
    public void Parse_WhatCannotBeRead_IsNotHidden(string json)
    {
        var report = ProcessReport.Parse("a", json);
        report.Id.ShouldBe("a");
        report.Problems.ShouldHaveSingleItem().ShouldContain("cannot be read");
    }
}
