using System.Text;
using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Tests.Queues.Messages;

public sealed class SuspicionMessageTests
{
    private const string Good = """{"v":1,"generation":7,"shard":12,"shards":10000,"interval":86400,"ids":[1,9007199254740991]}""";

    private static readonly Gen<SuspicionShard> Shards =
        from generation in Gen.Long[0, long.MaxValue]
        from count in Gen.Int[1, 100_000]
        from number in Gen.Int[0, count - 1]
        from period in Gen.Int[60, 604_800]
        from ids in Gen.Long[InfluencerIds.Min, InfluencerIds.Max].Array[1, 100]
        select new SuspicionShard(generation, number, count, TimeSpan.FromSeconds(period), ids);

    [Fact]
    public void Write_AnyShard_IsReadAsItWas() => Shards.Sample(shard =>
    {
        var read = SuspicionMessageFormat.Read(SuspicionMessageFormat.Write(shard)).ShouldBeOfType<SuspicionMessage.WholeShard>().Shard;
        (read with { Ids = [] }).ShouldBe(shard with { Ids = [] });
        read.Ids.ShouldBe(shard.Ids);
    });

    [Fact]
    public void Write_AShard_IsTheDocumentedText() =>
        Encoding.UTF8.GetString(SuspicionMessageFormat.Write(new SuspicionShard(7, 12, 10_000, TimeSpan.FromDays(1), [1, 9_007_199_254_740_991]))).ShouldBe(Good);

    [Theory]
    [InlineData("""{"v":1""")]
    [InlineData("[]")]
    [InlineData("""{"generation":7}""")]
    [InlineData("""{"v":0,"generation":7,"shard":1,"shards":2,"interval":86400,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":-1,"shard":1,"shards":2,"interval":86400,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":2,"shards":2,"interval":86400,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":1,"shards":2,"interval":59,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":1,"shards":2,"interval":1e300,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":1,"shards":2,"interval":86400,"ids":[]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":1,"shards":2,"interval":86400,"ids":[0]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":1,"shards":2,"interval":86400,"ids":1}""")]
    [InlineData("""{"v":1,"generation":"7","shard":1,"shards":2,"interval":86400,"ids":[1]}""")]
    public void Read_WhatIsNone_SaysWhy(string body) =>
        SuspicionMessageFormat.Read(Encoding.UTF8.GetBytes(body)).ShouldBeOfType<SuspicionMessage.Unreadable>().Reason.ShouldNotBeNullOrEmpty();

    [Fact]
    public void Read_UnknownFieldsAndNewerVersions_AreIgnoredAndLeft()
    {
        SuspicionMessageFormat.Read(Encoding.UTF8.GetBytes(Good.Replace("{\"v\"", "{\"x\":[1],\"v\"", StringComparison.Ordinal))).ShouldBeOfType<SuspicionMessage.WholeShard>();
        SuspicionMessageFormat.Read("""{"v":2,"more":1}"""u8.ToArray()).ShouldBe(new SuspicionMessage.OfNewerVersion(2));
    }
}
