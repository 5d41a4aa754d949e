using System.Reflection;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>Runs single rounds of a worker, without its loop.</summary>
internal static class Rounds
{
    private static readonly MethodInfo WorkMethod = typeof(Worker).GetMethod("WorkAsync", BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static ValueTask<WorkResult> RoundAsync(this Worker worker) =>
        WorkMethod.CreateDelegate<Func<CancellationToken, ValueTask<WorkResult>>>(worker)(TestContext.Current.CancellationToken);
}
