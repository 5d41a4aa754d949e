using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>One reading as the system this one grew from writes it, and whoever has a queue's command line and nothing else.</summary>
internal static class SingleReading
{
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="interval">Of the slot that it is put into, by when it was read.</param>
    public static DataPointMessage Read(ReadOnlyMemory<byte> body, TimeSpan interval)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if (MessageVersion.IsNewer(root, out _))
            return DataPointMessage.Unreadable("A single reading has no version.");
        if (!TryGet(root, "influencer_id", out var id) || !InfluencerIds.IsValid(id))
            return DataPointMessage.Unreadable("influencer_id is not an integer from 1 to 2^53-1.");
        if (!TryGet(root, "follower_count", out var followers) || !TryGet(root, "following_count", out var following))
            return DataPointMessage.Unreadable("follower_count or following_count is not an integer from 0 to 2^53-1.");
        if (!TryGet(root, "retrieved_at", out var retrievedAt) || retrievedAt > SlotGrid.MaxUnixMs)
            return DataPointMessage.Unreadable("retrieved_at is not an integer of epoch milliseconds.");
        var username = root.TryGetProperty("username", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";
        var slot = new SlotGrid(interval).SlotAt(retrievedAt);
        if (slot <= 0)
            return DataPointMessage.Unreadable("retrieved_at is in the first interval of 1970; epoch milliseconds are meant.");
        var point = new DataPoint(id, followers, following, slot, retrievedAt, Usernames.Clean(username));
        return new DataPointMessage(new DataPointBatch(slot, interval, [point], []), null, []);
    }

    private static bool TryGet(JsonElement root, string name, out long value)
    {
        value = 0;
        return root.TryGetProperty(name, out var element) && element.ValueKind == JsonValueKind.Number
            && element.TryGetInt64(out value) && value is >= 0 and <= InfluencerIds.Max;
    }
}
