using System.Buffers;
using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>
/// Reads and writes the messages of <see cref="QueueNames.SuspicionChecks"/>: <c>{"v":1,"generation":7,"shard":12,"shards":10000,"interval":86400,"ids":[…]}</c>, UTF-8, the interval
/// in seconds.
/// </summary>
internal static class SuspicionMessageFormat
{
    public static byte[] Write(SuspicionShard shard)
    {
        var buffer = new ArrayBufferWriter<byte>(128 + shard.Ids.Count * 9);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, MessageVersion.Known);
            writer.WriteNumber("generation"u8, shard.Generation);
            writer.WriteNumber("shard"u8, shard.Number);
            writer.WriteNumber("shards"u8, shard.Count);
            writer.WriteNumber("interval"u8, (long)shard.Period.TotalSeconds);
            MessageIds.Write(writer, shard.Ids);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static SuspicionMessage Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return new SuspicionMessage.Unreadable("The message is not a JSON object.");
            if (MessageVersion.IsNewer(root, out var newer))
                return new SuspicionMessage.OfNewerVersion(newer);
            if (!root.TryGetProperty("v"u8, out var version) || !version.TryGetInt32(out var number) || number != MessageVersion.Known)
                return new SuspicionMessage.Unreadable($"The message's version is not {MessageVersion.Known}.");
            return ReadShard(root);
        }
        catch (JsonException exception)
        {
            return new SuspicionMessage.Unreadable($"The message is not JSON: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return new SuspicionMessage.Unreadable($"The message lacks a field or has one of another type: {exception.Message}");
        }
    }

    private static SuspicionMessage ReadShard(JsonElement root)
    {
        var generation = root.GetProperty("generation"u8).GetInt64();
        var number = root.GetProperty("shard"u8).GetInt32();
        var count = root.GetProperty("shards"u8).GetInt32();
        if (generation < 0 || count < 1 || number < 0 || number >= count)
            return new SuspicionMessage.Unreadable($"Shard {number} of {count} in generation {generation} cannot be.");
        // A double never overflows the TimeSpan within this range.
        var seconds = root.GetProperty("interval"u8).GetDouble();
        var period = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, SuspicionShard.LongestPeriod.TotalSeconds + 1));
        if (!SuspicionShard.IsValidPeriod(period))
            return new SuspicionMessage.Unreadable($"An interval of {seconds} s is not a whole number of seconds from 1 min to 7 days.");
        return MessageIds.Read(root, out var ids) is { } problem
            ? new SuspicionMessage.Unreadable(problem)
            : new SuspicionMessage.WholeShard(new SuspicionShard(generation, number, count, period, ids));
    }
}
