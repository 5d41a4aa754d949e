using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>Runs single rounds of a worker, without its loop.</summary>
internal static class Rounds
{
    public static ValueTask<WorkResult> RoundAsync(this Worker worker) => worker.RoundAsync(TestContext.Current.CancellationToken);
}
