namespace InfluencerAnalytics.Benchmarks.FetchLoop;

/// <summary>What all loops have in common: each asks for one id after the other, round and round.</summary>
internal abstract class FetchLoops(string name, int connections) : IDisposable
{
    private long _fetched;

    public string Name { get; } = name;

    public long Fetched => Interlocked.Read(ref _fetched);

    public Task RunAsync(CancellationToken cancellationToken)
    {
        var loops = new Task[connections];
        for (var i = 0; i < loops.Length; i++)
        {
            var first = 1_000_000 + i;
            loops[i] = Task.Run(() => LoopAsync(first, cancellationToken), CancellationToken.None);
        }
        return Task.WhenAll(loops);
    }

    public abstract void Dispose();

    protected abstract Task LoopAsync(long id, CancellationToken cancellationToken);

    protected void CountGood() => Interlocked.Increment(ref _fetched);

    protected static long Next(long id) => id >= 1_999_000 ? 1_000_000 : id + 1;
}
