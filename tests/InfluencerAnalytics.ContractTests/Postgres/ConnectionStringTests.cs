using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Postgres.Configuration;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>What is said of a connection string before anything is connected to.</summary>
public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("Host=db;Username=ia", null)]
    [InlineData("Host=one,two;Username=ia;Target Session Attributes=read-write", null)]
    [InlineData("Host=db;Username=ia;Target Session Attributes=primary", "multiple hosts")]
    [InlineData("Host=db;Username=ia;Maximum Pool Size=2;Minimum Pool Size=5", "Pool Size")]
    [InlineData("Username=ia", "names no host")]
    [InlineData("postgres://ia:very-secret@db/influencers", "is not a connection string")]
    [InlineData("Host=db;Port=very-secret", "is not a connection string")]
    public void Check_OfWhatCannotWork_SaysWhyAndRepeatsNoSecret(string connectionString, string? problem)
    {
        var errors = new OptionsErrors("Postgres");
        ConnectionStrings.Check(connectionString, "ConnectionString", errors);
        var said = string.Join(' ', errors.All);
        said.ShouldSatisfyAllConditions(
            () => (said.Length > 0).ShouldBe(problem is not null),
            () => said.ShouldContain(problem ?? ""),
            () => said.ShouldNotContain("very-secret"));
    }
}
