using System.Reflection;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Tests.Architecture;

/// <summary>Dependencies point one way: host to adapters to domain, and within the domain along the data.</summary>
public sealed class DependencyTests
{
    private static readonly Assembly Domain = typeof(DataPoint).Assembly;
    private static readonly Assembly Host = Assembly.Load("influencer-analytics");

    [Fact]
    public void Domain_ReferencesNoAdapterNorStorage() => ReferencesOf(Domain).ShouldAllBe(name =>
        !name.StartsWith("InfluencerAnalytics", StringComparison.Ordinal) && !name.StartsWith("RocksDb", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("Npgsql", StringComparison.Ordinal) && !name.StartsWith("AWSSDK", StringComparison.Ordinal)
        && !name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) && !name.StartsWith("Mockstagram", StringComparison.Ordinal));

    [Theory]
    [InlineData("InfluencerAnalytics.Embedded")]
    [InlineData("InfluencerAnalytics.Sqs")]
    public void Adapter_ReferencesTheDomainOnly(string adapter) => ReferencesOf(Assembly.Load(adapter)).ShouldAllBe(name =>
        (name == "InfluencerAnalytics" || !name.StartsWith("InfluencerAnalytics", StringComparison.Ordinal)) && name != Host.GetName().Name && !name.StartsWith("Mockstagram", StringComparison.Ordinal) && !name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void Simulator_KnowsNothingOfTheProgram() => ReferencesOf(Assembly.Load("mockstagram-simulator")).ShouldAllBe(name =>
        !name.StartsWith("InfluencerAnalytics", StringComparison.Ordinal) && name != Host.GetName().Name);

    [Fact]
    public void Client_ReferencesNothingButTheFramework() => ReferencesOf(Assembly.Load("InfluencerAnalytics.Client")).ShouldAllBe(name =>
        name.StartsWith("System.", StringComparison.Ordinal));

    [Theory]
    [InlineData("Leaderboard", "Pipeline")]
    [InlineData("Stores", "Pipeline")]
    [InlineData("Stores", "Leaderboard")]
    [InlineData("Stores", "Queues")]
    [InlineData("Stores", "Suspicion")]
    [InlineData("Suspicion", "Pipeline")]
    [InlineData("Suspicion", "Leaderboard")]
    [InlineData("Suspicion", "Queues")]
    [InlineData("Queues", "Pipeline")]
    [InlineData("Queues", "Stores")]
    [InlineData("Queues", "Providers")]
    [InlineData("Providers", "Pipeline")]
    [InlineData("Providers", "Stores")]
    [InlineData("Providers", "Queues")]
    [InlineData("Influencers", "Stores")]
    [InlineData("Influencers", "Queues")]
    [InlineData("Influencers", "Providers")]
    [InlineData("Influencers", "Pipeline")]
    public void Namespace_NeverDependsOnALaterOne(string from, string to)
    {
        var arrows = RoomGraph.Read(Domain.Location).Arrows.Where(arrow => IsWithin(arrow.From, from)).ToList();
        (arrows.Count > 0 || from == "Influencers").ShouldBeTrue();
        arrows.Where(arrow => IsWithin(arrow.To, to)).ShouldBeEmpty();
    }

    private static bool IsWithin(string room, string outer) => $"{room}.".StartsWith($"InfluencerAnalytics.{outer}.", StringComparison.Ordinal);

    private static IEnumerable<string> ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies().Select(reference => reference.Name!);
}
