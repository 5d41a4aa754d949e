using System.Text;
using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Tests.Queues.Messages;

public sealed class InfluencerIdMessageTests
{
    [Fact]
    public void ReadShard_AnyWritten_IsTheSame() => MessageGenerators.Shard.Sample(shard =>
    {
        var read = Read(InfluencerIdMessageFormat.Write(shard)).ShouldBeOfType<InfluencerIdMessage.WholeShard>().Shard;
        (read with { Ids = shard.Ids }).ShouldBe(shard);
        read.Ids.ShouldBe(shard.Ids);
    });

    [Fact]
    public void ReadRetry_AnyWritten_IsTheSame() => MessageGenerators.Retry.Sample(retry =>
    {
        var read = Read(InfluencerIdMessageFormat.Write(retry)).ShouldBeOfType<InfluencerIdMessage.Retry>();
        (read with { Ids = retry.Ids }).ShouldBe(retry);
        read.Ids.ShouldBe(retry.Ids);
    });

    [Fact]
    public void Write_GreatestShard_FitsIntoAMessage()
    {
        var ids = Enumerable.Range(0, 5000).Select(number => InfluencerIds.Max - number).ToList();
        InfluencerIdMessageFormat.Write(new Shard(long.MaxValue, 1, 2, TimeSpan.FromHours(1), ids)).Length.ShouldBeLessThan(QueueLimits.MaxBodyBytes);
    }

    [Fact]
    public void ReadShard_AsTheDesignWritesIt_IsRead() =>
        Read("""{"v":1,"generation":7,"shard":12,"shards":2000,"interval":60,"ids":[1000000,1000001]}""")
            .ShouldBeOfType<InfluencerIdMessage.WholeShard>().Shard.ShouldSatisfyAllConditions(
                shard => shard.Generation.ShouldBe(7),
                shard => shard.Number.ShouldBe(12),
                shard => shard.Count.ShouldBe(2000),
                shard => shard.Interval.ShouldBe(TimeSpan.FromMinutes(1)),
                shard => shard.Ids.ShouldBe([1000000, 1000001]));

    [Fact]
    public void ReadRetry_WithoutReason_IsRead() =>
        Read("""{"v":1,"retry":{"slot":1795446660000,"until":1795446720000,"attempt":2},"interval":60,"ids":[5]}""")
            .ShouldBeOfType<InfluencerIdMessage.Retry>().Reason.ShouldBe(MissReason.NotReached);

    [Fact]
    public void Read_UnknownFields_AreIgnored() =>
        Read("""{"x":{"v":9,"ids":[[]]},"v":1,"generation":7,"shard":0,"shards":1,"interval":60,"ids":[1],"y":[1,{"z":null}]}""")
            .ShouldBeOfType<InfluencerIdMessage.WholeShard>();

    [Theory]
    [InlineData("""{"influencer_id":1000001}""", 1000001)]
    [InlineData("""{"influencer_id":1000001,"last_processed_at":1795446660}""", 1000001)]
    [InlineData("""{"last_processed_at":null,"influencer_id":9007199254740991}""", 9007199254740991)]
    public void ReadAddition_FromOutside_IsAnAddition(string body, long id) =>
        Read(body).ShouldBeOfType<InfluencerIdMessage.AddInfluencer>().InfluencerId.ShouldBe(id);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("1")]
    [InlineData("""{"influencer_id":0}""")]
    [InlineData("""{"influencer_id":-1}""")]
    [InlineData("""{"influencer_id":9007199254740992}""")]
    [InlineData("""{"influencer_id":"1000001"}""")]
    [InlineData("""{"influencer_id":1.5}""")]
    [InlineData("""{"v":0,"generation":7,"shard":0,"shards":1,"interval":60,"ids":[1]}""")]
    [InlineData("""{"v":2.5,"generation":7,"shard":0,"shards":1,"interval":60,"ids":[1]}""")]
    [InlineData("""{"v":"1","generation":7,"shard":0,"shards":1,"interval":60,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":1,"shards":1,"interval":60,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":-1,"shards":1,"interval":60,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":-1,"shard":0,"shards":1,"interval":60,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":0,"shards":1,"interval":0,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":0,"shards":1,"interval":1.5,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":0,"shards":1,"interval":3601,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":0,"shards":1,"interval":1e999,"ids":[1]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":0,"shards":1,"interval":60,"ids":[]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":0,"shards":1,"interval":60,"ids":[0]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":0,"shards":1,"interval":60,"ids":["1"]}""")]
    [InlineData("""{"v":1,"generation":7,"shard":0,"shards":1,"interval":60,"ids":{}}""")]
    [InlineData("""{"v":1,"generation":7,"shard":0,"shards":1,"interval":60}""")]
    [InlineData("""{"v":1,"retry":{"slot":1795446660001,"until":1795446720000,"attempt":2},"interval":60,"ids":[5]}""")]
    [InlineData("""{"v":1,"retry":[],"interval":60,"ids":[5]}""")]
    [InlineData("""{"v":1,"retry":{"slot":1795446660000},"interval":60,"ids":[5]}""")]
    public void Read_NotAMessageOfThisVersion_IsUnreadableWithAReason(string body) =>
        Read(body).ShouldBeOfType<InfluencerIdMessage.Unreadable>().Reason.ShouldNotBeNullOrWhiteSpace();

    [Theory]
    [InlineData("""{"v":2,"generation":7,"shard":0,"shards":1,"interval":60,"ids":[1]}""", 2)]
    [InlineData("""{"v":3}""", 3)]
    [InlineData("""{"influencer_id":"packed","ids":{},"v":9007199254740991}""", 9007199254740991)]
    public void Read_OfANewerVersion_IsNotUnreadable(string body, long version) =>
        Read(body).ShouldBeOfType<InfluencerIdMessage.OfNewerVersion>().Version.ShouldBe(version);

    [Theory]
    [InlineData(9223372036854775807)]
    [InlineData(1795450260001 + 60_000)]
    [InlineData(1795446659999)]
    [InlineData(-1)]
    public void ReadRetry_UntilOutsideOfTheSlotsWork_IsUnreadable(long until) =>
        Read($$$"""{"v":1,"retry":{"slot":1795446660000,"until":{{{until}}},"attempt":2},"interval":60,"ids":[5]}""")
            .ShouldBeOfType<InfluencerIdMessage.Unreadable>();

    [Fact]
    public void Read_TruncatedOrMutated_NeverThrows() =>
        Gen.OneOf(MessageGenerators.Shard.Select(InfluencerIdMessageFormat.Write), MessageGenerators.Retry.Select(InfluencerIdMessageFormat.Write))
            .SelectMany(BodyMutations.Of)
            .Sample(body => InfluencerIdMessageFormat.Read(body).ShouldNotBeNull(), iter: 5000);

    private static InfluencerIdMessage Read(byte[] body) => InfluencerIdMessageFormat.Read(body);

    private static InfluencerIdMessage Read(string body) => Read(Encoding.UTF8.GetBytes(body));
}
