using System.Runtime.InteropServices;
using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>Loads the flags of the leaderboard from the store and keeps them level. While the store is away the leaderboard keeps those that it has.</summary>
internal sealed class SuspicionFollower(
    InfluencerLeaderboard leaderboard,
    ISuspicionStore store,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<SuspicionFollower> logger) : Worker("suspicion flags", health, timeProvider, logger)
{
    // As large as a million flags want: 2.4 MB, and ten pages of them at a start.
    private const int PageSize = 100_000;

    private readonly List<SuspicionFlag> _page = [];
    private string? _cursor;

    // A verdict takes the provider seconds and holds for a day: known on every API process within 5 s.
    protected override TimeSpan IdlePause => TimeSpan.FromSeconds(3);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        FlagPage page;
        do
        {
            _page.Clear();
            page = await store.ReadFlagChangesAsync(_cursor, PageSize, _page, stopping);
            leaderboard.Flag(CollectionsMarshal.AsSpan(_page));
            _cursor = page.Cursor;
        }
        while (page.HasMore);
        leaderboard.FlagsCaughtUp();
        return WorkResult.Idle;
    }
}
