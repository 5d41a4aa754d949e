using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Host.Api.Rankings;

/// <summary>Adds usernames to what comes from memory. Safe for concurrent use.</summary>
internal sealed class UsernameReader(IRosterStore store)
{
    private static readonly Dictionary<long, string> None = [];

    /// <summary>What is answered where rows without names could not say why they have none.</summary>
    public static IResult NoNames(string problem) => Problems.Unavailable("The store is away", $"{problem} The usernames are not at hand; as JSON the rest of it comes from memory.");

    /// <returns>The names by id; while the store is away none, and why.</returns>
    public async ValueTask<(IReadOnlyDictionary<long, string> Names, string? Problem)> ReadAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.ReadUsernamesAsync(ids, cancellationToken), null);
        }
        catch (StoreUnavailableException exception)
        {
            return (None, exception.Message);
        }
    }
}
