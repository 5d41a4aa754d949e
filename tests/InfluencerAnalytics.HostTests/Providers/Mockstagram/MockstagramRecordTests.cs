using System.Text;
using System.Text.Json;
using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers.Mockstagram;

namespace InfluencerAnalytics.HostTests.Providers.Mockstagram;

public sealed class MockstagramRecordTests
{
    private static readonly string[] Pieces =
    [
        "[", "]", "{", "}", ",", ":", "\"", "null", "-1", "1e4", "0.5", "99999999999999999999", "\"\\ud800\"", "true", "\"pk\":8,", "\\", " ",
    ];

    private static readonly Gen<byte[]> Bodies =
        Gen.Select(Gen.Long[0, InfluencerIds.Max], Gen.Long[0, InfluencerIds.Max], Gen.String[0, 300]).Select((followers, following, username) =>
            JsonSerializer.SerializeToUtf8Bytes(new { pk = 7, username, followerCount = followers, followingCount = following }));

    private static readonly Gen<byte[]> Damaged =
        from body in Bodies
        from kind in Gen.Int[0, 3]
        from at in Gen.Int[0, body.Length - 1]
        from value in Gen.Int[0, 255]
        select kind switch
        {
            0 => body[..at],
            1 => [.. body[..at], (byte)value, .. body[(at + 1)..]],
            2 => [.. body[..at], .. Encoding.UTF8.GetBytes(Pieces[value % Pieces.Length]), .. body[at..]],
            _ => [.. body[..at], .. body[Math.Min(body.Length, at + value % 20)..]],
        };

    [Fact]
    public void Parse_AnyRightRecord_IsOk() => Bodies.Sample(body =>
    {
        var outcome = MockstagramRecord.Parse(body, 7, 5);
        outcome.IsOk.ShouldBeTrue();
        using var document = JsonDocument.Parse(body);
        outcome.FollowerCount.ShouldBe(document.RootElement.GetProperty("followerCount").GetInt64());
        outcome.FollowingCount.ShouldBe(document.RootElement.GetProperty("followingCount").GetInt64());
        outcome.RetrievedAt.ShouldBe(5);
    });

    [Fact]
    public void Parse_Damaged_NeverThrowsAndIsOkOnlyForARightRecord() => Damaged.Sample(body =>
    {
        var outcome = MockstagramRecord.Parse(body, 7, 5);
        MockstagramRecord.SaysNotFound(body).ShouldBeFalse();
        if (!outcome.IsOk)
            return;
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        root.GetProperty("pk").GetInt64().ShouldBe(7);
        root.GetProperty("followerCount").GetInt64().ShouldBe(outcome.FollowerCount);
        root.GetProperty("followingCount").GetInt64().ShouldBe(outcome.FollowingCount);
        Usernames.Clean(root.GetProperty("username").GetString()!).ShouldBe(outcome.Username);
        outcome.FollowerCount.ShouldBeInRange(0, InfluencerIds.Max);
        outcome.FollowingCount.ShouldBeInRange(0, InfluencerIds.Max);
    }, iter: 20_000);

    [Fact]
    public void Parse_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 100].Sample(body =>
    {
        MockstagramRecord.Parse(body, 7, 5).IsOk.ShouldBeFalse();
        MockstagramRecord.SaysNotFound(body).ShouldBeFalse();
    });

    [Theory]
    [InlineData("""{"error":{"name":"InfluencerNotFoundError"}}""", true)]
    [InlineData("""{"error":{"message":"x","name":"InfluencerNotFoundError","stack":["a"]}}""", true)]
    [InlineData("""{"error":{"name":"Other"}}""", false)]
    [InlineData("""{"error":{"name":"\ud800"}}""", false)]
    [InlineData("""{"name":"InfluencerNotFoundError"}""", false)]
    [InlineData("""{"error":"InfluencerNotFoundError"}""", false)]
    [InlineData("""{"error":{"name":"InfluencerNotFoundError""", false)]
    public void SaysNotFound_Bodies_OnlyTheProvidersOwn(string body, bool notFound) =>
        MockstagramRecord.SaysNotFound(Encoding.UTF8.GetBytes(body)).ShouldBe(notFound);
}
