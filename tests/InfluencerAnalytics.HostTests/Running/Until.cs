using System.Diagnostics;

namespace InfluencerAnalytics.HostTests.Running;

/// <summary>Waits for conditions of other processes.</summary>
internal static class Until
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> otherwise, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > limit)
                throw new TimeoutException(otherwise());
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }
}
