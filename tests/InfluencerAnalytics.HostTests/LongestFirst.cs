using InfluencerAnalytics.HostTests;
using InfluencerAnalytics.HostTests.Commands;
using InfluencerAnalytics.HostTests.Distributed;
using InfluencerAnalytics.HostTests.Processes;
using Xunit.Sdk;
using Xunit.v3;

// Tests of processes wait most of their time, for a slot to come or for a start: three classes at once keep two cores half busy. Each has servers, ports and directories of its own.
[assembly: Parallelization(MaxThreads = 3)]
[assembly: TestCollectionOrderer<LongestFirst>]

namespace InfluencerAnalytics.HostTests;

/// <summary>Begins with the classes that take minutes, so that none of them runs on alone when all others are done.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        .. ((Type[])[
            typeof(FaultTests), typeof(PlainChaosTests), typeof(SqsAwayTests), typeof(TimescaleChaosTests), typeof(RolesApartTests), typeof(ProviderAwayTests), typeof(SteppedClockTests),
            typeof(NotFoundTests), typeof(UpProcessTests), typeof(AgreementTests), typeof(MissingQueueTests)]).Select(type => type.FullName!),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(collection => Place(collection.TestCollectionDisplayName))];

    /// <summary>The place of a collection, by its name, which has that of its class in it.</summary>
    internal static int Place(string collection)
    {
        var place = Array.FindIndex(Long, name => collection.Contains(name, StringComparison.Ordinal));
        return place < 0 ? Long.Length : place;
    }
}
