using BenchmarkDotNet.Attributes;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Providers.Mockstagram;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Benchmarks.Micro;

/// <summary>The messages of a shard of 500, and one answer of the provider.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private readonly DataPoint[] _points = [.. Enumerable.Range(0, 500).Select(i =>
        new DataPoint(1_000_000 + i, 123_456 + i, 987, 1_795_446_660_000, 1_795_446_661_234 + i, $"influencer-{1_000_000 + i}"))];
    private readonly byte[] _answer = """{"pk":1000000,"username":"influencer-1000000","followerCount":123456,"followingCount":987}"""u8.ToArray();
    private DataPointMessageWriter _writer = null!;
    private ReadOnlyMemory<byte> _pointMessage;
    private byte[] _shardMessage = [];

    [GlobalSetup]
    public void Setup()
    {
        _writer = new DataPointMessageWriter();
        _pointMessage = _writer.Write(_points[0].Slot, TimeSpan.FromSeconds(60), _points, [])[0].Body;
        _shardMessage = InfluencerIdMessageFormat.Write(new Shard(1, 0, 1, TimeSpan.FromSeconds(60), [.. _points.Select(point => point.InfluencerId)]));
    }

    [Benchmark(OperationsPerInvoke = 500)]
    public int WriteDataPoint() => _writer.Write(_points[0].Slot, TimeSpan.FromSeconds(60), _points, []).Count;

    [Benchmark(OperationsPerInvoke = 500)]
    public int ReadDataPoint() => DataPointMessageReader.Read(_pointMessage, TimeSpan.FromSeconds(60)).Batch!.Points.Count;

    [Benchmark(OperationsPerInvoke = 500)]
    public bool ReadShardId() => InfluencerIdMessageFormat.Read(_shardMessage) is InfluencerIdMessage.WholeShard;

    [Benchmark]
    public FetchOutcome ParseAnswer() => MockstagramRecord.Parse(_answer, 1_000_000, 0);
}
