using System.Buffers;
using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>Reads and writes the messages of <see cref="QueueNames.InfluencerIdStore"/>: JSON, UTF-8, version 1.</summary>
internal static class InfluencerIdMessageFormat
{
    public static byte[] Write(Shard shard) => WriteObject(shard.Ids.Count, writer =>
    {
        writer.WriteNumber("generation"u8, shard.Generation);
        writer.WriteNumber("shard"u8, shard.Number);
        writer.WriteNumber("shards"u8, shard.Count);
        WriteIntervalAndIds(writer, shard.Interval, shard.Ids);
    });

    public static byte[] Write(InfluencerIdMessage.Retry retry) => WriteObject(retry.Ids.Count, writer =>
    {
        writer.WriteStartObject("retry"u8);
        writer.WriteNumber("slot"u8, retry.Slot);
        writer.WriteNumber("until"u8, retry.Until);
        writer.WriteNumber("attempt"u8, retry.Visit);
        writer.WriteString("reason"u8, MissReasons.NameOf(retry.Reason));
        writer.WriteEndObject();
        WriteIntervalAndIds(writer, retry.Interval, retry.Ids);
    });

    public static InfluencerIdMessage Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return new InfluencerIdMessage.Unreadable("The message is not a JSON object.");
            if (MessageVersion.IsNewer(root, out var newer))
                return new InfluencerIdMessage.OfNewerVersion(newer);
            if (root.TryGetProperty("influencer_id"u8, out var id))
                return ReadAddInfluencer(id);
            if (!root.TryGetProperty("v"u8, out var version) || !version.TryGetInt32(out var number) || number != MessageVersion.Known)
                return new InfluencerIdMessage.Unreadable($"The message's version is not {MessageVersion.Known}.");
            return root.TryGetProperty("retry"u8, out var retry) ? ReadRetry(root, retry) : ReadShard(root);
        }
        catch (JsonException exception)
        {
            return new InfluencerIdMessage.Unreadable($"The message is not JSON: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return new InfluencerIdMessage.Unreadable($"The message lacks a field or has one of another type: {exception.Message}");
        }
    }

    private static byte[] WriteObject(int ids, Action<Utf8JsonWriter> writeFields)
    {
        var buffer = new ArrayBufferWriter<byte>(128 + ids * 9);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, MessageVersion.Known);
            writeFields(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteIntervalAndIds(Utf8JsonWriter writer, TimeSpan interval, IReadOnlyList<long> ids)
    {
        writer.WriteNumber("interval"u8, (long)interval.TotalSeconds);
        MessageIds.Write(writer, ids);
    }

    private static InfluencerIdMessage ReadAddInfluencer(JsonElement id) =>
        id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var value) && InfluencerIds.IsValid(value)
            ? new InfluencerIdMessage.AddInfluencer(value)
            : new InfluencerIdMessage.Unreadable("influencer_id is not an integer from 1 to 2^53-1.");

    private static InfluencerIdMessage ReadShard(JsonElement root)
    {
        var generation = root.GetProperty("generation"u8).GetInt64();
        var number = root.GetProperty("shard"u8).GetInt32();
        var count = root.GetProperty("shards"u8).GetInt32();
        if (generation < 0 || count < 1 || number < 0 || number >= count)
            return new InfluencerIdMessage.Unreadable($"Shard {number} of {count} in generation {generation} cannot be.");
        if (ReadIntervalAndIds(root, out var interval, out var ids) is { } problem)
            return new InfluencerIdMessage.Unreadable(problem);
        return new InfluencerIdMessage.WholeShard(new Shard(generation, number, count, interval, ids));
    }

    private static InfluencerIdMessage ReadRetry(JsonElement root, JsonElement retry)
    {
        if (ReadIntervalAndIds(root, out var interval, out var ids) is { } problem)
            return new InfluencerIdMessage.Unreadable(problem);
        var slot = retry.GetProperty("slot"u8).GetInt64();
        var intervalMs = (long)interval.TotalMilliseconds;
        if (slot is <= 0 or > SlotGrid.MaxUnixMs || slot % intervalMs != 0)
            return new InfluencerIdMessage.Unreadable($"{slot} is not a slot of {interval.TotalSeconds} s.");
        var until = retry.GetProperty("until"u8).GetInt64();
        if (until <= slot || until > slot + 2 * intervalMs)
            return new InfluencerIdMessage.Unreadable($"{until} is not within the time in which slot {slot} of {interval.TotalSeconds} s can be worked on.");
        var reason = retry.TryGetProperty("reason"u8, out var name) ? MissReasons.Parse(name.GetString() ?? "") : MissReason.NotReached;
        return new InfluencerIdMessage.Retry(slot, until, retry.GetProperty("attempt"u8).GetInt32(), interval, reason, ids);
    }

    private static string? ReadIntervalAndIds(JsonElement root, out TimeSpan interval, out long[] ids)
    {
        ids = [];
        // A double never overflows the TimeSpan within this range; SlotGrid then says whether it is whole seconds.
        var seconds = root.GetProperty("interval"u8).GetDouble();
        interval = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 86_400));
        if (!SlotGrid.IsValidInterval(interval))
            return $"An interval of {seconds} s is not a whole number of seconds from 1 s to 1 h.";
        return MessageIds.Read(root, out ids);
    }
}
