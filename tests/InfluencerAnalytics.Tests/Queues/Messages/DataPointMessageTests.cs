using System.Diagnostics;
using System.Text;
using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;

namespace InfluencerAnalytics.Tests.Queues.Messages;

public sealed class DataPointMessageTests
{
    private const string Head = """{"v":1,"slot":1795446660000,"interval":60,""";
    private const string Good = """[7,70,5,1795446661000,"seven"]""";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Read_AnyWritten_IsTheSame() => MessageGenerators.Batch(30).Sample(batch =>
    {
        var read = ReadAll(Write(batch));
        read.ShouldAllBe(part => part.Slot == batch.Slot && part.Interval == batch.Interval);
        read.SelectMany(part => part.Points).ShouldBe(batch.Points);
        read.SelectMany(part => part.Missed).ShouldBe(batch.Missed);
    });

    [Fact]
    public void Write_MoreThanOneMessageHolds_NoneOver64KiBAndNothingLostOrDoubled() =>
        Gen.Select(Gen.Int[0, 4000], Gen.Int[0, 4000], Gen.OneOf("x", new string('\u00ad', 256), new string('"', 256))).Sample((points, misses, username) =>
        {
            var batch = new DataPointBatch(
                60_000,
                Minute,
                [.. Enumerable.Range(1, points).Select(id => new DataPoint(id, InfluencerIds.Max, InfluencerIds.Max, 60_000, 1795446661000, username))],
                [.. Enumerable.Range(1, misses).Select(id => new Miss(InfluencerIds.Max - id, MissReason.UnexpectedStatus))]);
            var messages = Write(batch);
            messages.ShouldAllBe(message => message.Body.Length <= QueueLimits.BilledUnitBytes);
            var read = ReadAll(messages);
            read.SelectMany(part => part.Points).ShouldBe(batch.Points);
            read.SelectMany(part => part.Missed).ShouldBe(batch.Missed);
        }, iter: 20);

    [Fact]
    public void Write_Nothing_NoMessage() => Write(new DataPointBatch(60_000, Minute, [], [])).ShouldBeEmpty();

    [Fact]
    public void Write_FiveHundredPoints_OneMessage()
    {
        var points = Enumerable.Range(1_000_000, 500).Select(id => new DataPoint(id, 12_345_678, 1_234, 60_000, 1795446661000, $"influencer-{id}")).ToList();
        Write(new DataPointBatch(60_000, Minute, points, [])).Count.ShouldBe(1);
    }

    [Fact]
    public void Read_SlotBehindThePoints_LabelsThem()
    {
        var read = Read($$"""{"points":[{{Good}},[8,80,5,1795446661000,"eight"]],"interval":60,"slot":1795446660000,"v":1}""");
        read.Batch!.Points.ShouldAllBe(point => point.Slot == 1795446660000);
        read.Batch.Points.Count.ShouldBe(2);
    }

    [Fact]
    public void Read_UnknownFields_AreIgnored()
    {
        var read = Read($$"""{"new":{"v":9,"points":[[]]},{{Head[1..]}}"more":[1,[2]],"points":[[7,70,5,1795446661000,"seven","extra",[1],{"a":2}]],"missed":[[9,"timeout","x",[1]]]}""");
        read.Rejected.ShouldBeEmpty();
        read.Batch!.Points.ShouldHaveSingleItem().Username.ShouldBe("seven");
        read.Batch.Missed.ShouldHaveSingleItem().ShouldBe(new Miss(9, MissReason.Timeout));
    }

    [Fact]
    public void Write_VisitIsTraced_TheMessageCarriesItsTrace()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var message = new DataPointMessageWriter().Write(1795446660000, Minute, [], [new Miss(9, MissReason.Timeout)], Trace).ShouldHaveSingleItem();
        Encoding.UTF8.GetString(message.Body.Span).ShouldBe($$"""{{Head}}"trace":"{{Trace}}","points":[],"missed":[[9,"timeout"]]}""");
        var read = DataPointMessageReader.Read(message.Body, Minute).Trace;
        (read.TraceId.ToHexString(), read.SpanId.ToHexString(), read.TraceFlags, read.IsRemote).ShouldBe(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", ActivityTraceFlags.Recorded, true));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"\"")]
    [InlineData("\"00-zz\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"id\":[1]}")]
    [InlineData("[\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"]")]
    public void Read_TraceThatIsNone_DoesNotHoldUpTheReadings(string trace)
    {
        var read = Read($$"""{{Head}}"trace":{{trace}},"points":[{{Good}}],"missed":[]}""");
        read.Problem.ShouldBeNull();
        (read.Batch!.Points.Count, read.Rejected.Count, read.Trace).ShouldBe((1, 0, default));
    }

    [Fact]
    public void Read_ReasonOfALaterVersion_IsOther() =>
        Read(Head + """ "points":[],"missed":[[9,"eaten_by_bear"]]}""").Batch!.Missed.ShouldHaveSingleItem().Reason.ShouldBe(MissReason.Other);

    [Theory]
    [InlineData("[]")]
    [InlineData("[0,70,5,1795446661000,\"x\"]")]
    [InlineData("[-7,70,5,1795446661000,\"x\"]")]
    [InlineData("[7,-70,5,1795446661000,\"x\"]")]
    [InlineData("[7,70,-5,1795446661000,\"x\"]")]
    [InlineData("[7,70.5,5,1795446661000,\"x\"]")]
    [InlineData("[7,null,5,1795446661000,\"x\"]")]
    [InlineData("[7,\"70\",5,1795446661000,\"x\"]")]
    [InlineData("[9007199254740992,70,5,1795446661000,\"x\"]")]
    [InlineData("[7,99999999999999999999,5,1795446661000,\"x\"]")]
    [InlineData("[7,70,5,-1,\"x\"]")]
    [InlineData("[7,70,5,9223372036854775807,\"x\"]")]
    [InlineData("[7,70,5,1795446661000]")]
    [InlineData("[7,70,5]")]
    [InlineData("[7,70,5,1795446661000,null]")]
    [InlineData("[7,70,5,1795446661000,[\"x\"]]")]
    [InlineData("[7,[70],5,1795446661000,\"x\"]")]
    [InlineData("[[7],70,5,1795446661000,\"x\"]")]
    [InlineData("[{\"id\":7},70,5,1795446661000,\"x\"]")]
    [InlineData("[7,70,5,1795446661000,\"\\ud800\"]")]
    [InlineData("null")]
    [InlineData("{\"id\":[7]}")]
    [InlineData("7")]
    public void Read_OneBadPoint_DoesNotHoldUpTheOthers(string bad)
    {
        var read = Read($$"""{{Head}}"points":[{{Good}},{{bad}},[8,80,5,1795446661000,"eight"]],"missed":[[9,"timeout"]]}""");
        read.Problem.ShouldBeNull();
        read.Batch!.Points.Select(point => point.InfluencerId).ShouldBe([7, 8]);
        read.Batch.Missed.Count.ShouldBe(1);
        read.Rejected.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            rejected => rejected.Json.ShouldBe(bad),
            rejected => rejected.Reason.ShouldNotBeNullOrWhiteSpace());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[[1],\"timeout\"]")]
    [InlineData("[1,[\"timeout\"]]")]
    [InlineData("[1,\"\\ud800\"]")]
    [InlineData("[9007199254740992,\"timeout\"]")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Read_OneBadMiss_DoesNotHoldUpThePoints(string bad)
    {
        var read = Read($$"""{{Head}}"points":[{{Good}}],"missed":[[9,"timeout"],{{bad}},[10,"throttled"]]}""");
        read.Problem.ShouldBeNull();
        read.Batch!.Points.Count.ShouldBe(1);
        read.Batch.Missed.ShouldBe([new Miss(9, MissReason.Timeout), new Miss(10, MissReason.Throttled)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"v":0,"slot":1795446660000,"interval":60,"points":[],"missed":[]}""")]
    [InlineData("""{"v":"2","points":{"packed":"…"}}""")]
    [InlineData("""{"v":2,"points":{"packed":"…"}""")]
    [InlineData("""{"x":{"v":2}}""")]
    [InlineData("""{"v":1,"slot":1795446660001,"interval":60,"points":[],"missed":[]}""")]
    [InlineData("""{"v":1,"slot":-60000,"interval":60,"points":[],"missed":[]}""")]
    [InlineData("""{"v":1,"slot":1795446660000,"interval":0,"points":[],"missed":[]}""")]
    [InlineData("""{"v":1,"slot":1795446660000,"interval":3601,"points":[],"missed":[]}""")]
    [InlineData("""{"v":1,"interval":60,"points":[],"missed":[]}""")]
    [InlineData("""{"v":1,"slot":1795446660000,"interval":60,"points":7,"missed":[]}""")]
    [InlineData("""{"v":1,"slot":1795446660000,"interval":60,"points":[],"missed":[]} {}""")]
    [InlineData("""{"influencer_id":1,"follower_count":1,"following_count":1}""")]
    [InlineData("""{"influencer_id":0,"follower_count":1,"following_count":1,"retrieved_at":1795446660000}""")]
    [InlineData("""{"influencer_id":1,"follower_count":-1,"following_count":1,"retrieved_at":1795446660000}""")]
    [InlineData("""{"influencer_id":1,"follower_count":null,"following_count":1,"retrieved_at":1795446660000}""")]
    [InlineData("""{"influencer_id":1,"follower_count":1,"following_count":1,"retrieved_at":1795446660000123}""")]
    public void Read_NotAMessageOfThisVersion_IsUnreadableWithAReason(string body)
    {
        var read = Read(body);
        read.Batch.ShouldBeNull();
        read.Problem.ShouldNotBeNullOrWhiteSpace();
        read.NewerVersion.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"v":2,"slot":1795446660000,"interval":60,"points":[],"missed":[]}""")]
    [InlineData("""{"v":2,"points":{"packed":"…"}}""")]
    [InlineData("""{"points":"packed","v":2}""")]
    [InlineData("""{"v":2,"influencer_id":1,"follower_count":1,"following_count":1,"retrieved_at":1795446660000}""")]
    public void Read_OfANewerVersion_SaysWhich(string body) => Read(body).NewerVersion.ShouldBe(2);

    [Fact]
    public void Read_SingleReading_IsAPointOfItsSlot()
    {
        var read = Read("""{"influencer_id":5,"username":"five","follower_count":50,"following_count":4,"retrieved_at":1795446683123,"more":[1]}""");
        read.Batch!.Slot.ShouldBe(1795446660000);
        read.Batch.Points.ShouldHaveSingleItem().ShouldBe(new DataPoint(5, 50, 4, 1795446660000, 1795446683123, "five"));
    }

    [Fact]
    public void Read_SingleReadingWithoutUsername_IsRead() =>
        Read("""{"retrieved_at":1795446683123,"influencer_id":5,"follower_count":50,"following_count":4,"username":null}""")
            .Batch!.Points.ShouldHaveSingleItem().Username.ShouldBe("");

    [Fact]
    public void Read_UsernameOfControlCharacters_IsCleaned() =>
        Read($$"""{{Head}}"points":[[7,70,5,1795446661000,"a\u0000b\u001b[31m{{new string('x', 400)}}"]],"missed":[]}""")
            .Batch!.Points.ShouldHaveSingleItem().Username.ShouldBe("ab[31m" + new string('x', 250));

    [Fact]
    public void Read_TruncatedOrMutated_NeverThrowsNorPassesABadPoint() =>
        MessageGenerators.Batch(10)
            .SelectMany(batch => Write(batch) is [var message, ..] ? BodyMutations.Of(message.Body.ToArray()) : Gen.Const(Array.Empty<byte>()))
            .Sample(body =>
            {
                var read = DataPointMessageReader.Read(body, Minute);
                if (read.Batch is not { } batch)
                {
                    read.Problem.ShouldNotBeNullOrWhiteSpace();
                    return;
                }
                batch.Points.ShouldAllBe(point =>
                    point.Slot == batch.Slot && InfluencerIds.IsValid(point.InfluencerId) && point.FollowerCount >= 0 && point.FollowingCount >= 0
                    && point.Username == Usernames.Clean(point.Username));
                batch.Missed.ShouldAllBe(miss => InfluencerIds.IsValid(miss.InfluencerId));
            }, iter: 5000);

    private static List<OutgoingMessage> Write(DataPointBatch batch) =>
        new DataPointMessageWriter().Write(batch.Slot, batch.Interval, batch.Points, batch.Missed);

    private static List<DataPointBatch> ReadAll(List<OutgoingMessage> messages)
    {
        var reads = messages.ConvertAll(message => DataPointMessageReader.Read(message.Body, Minute));
        reads.ShouldAllBe(read => read.Problem == null && read.Rejected.Count == 0);
        return reads.ConvertAll(read => read.Batch!);
    }

    private static DataPointMessage Read(string body) => DataPointMessageReader.Read(Encoding.UTF8.GetBytes(body), Minute);
}
