using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>Writes the messages of <see cref="QueueNames.InfluencerDataPoints"/>, each at most 64 KiB. Not safe for concurrent use.</summary>
internal sealed class DataPointMessageWriter
{
    // The greatest element is a point whose username is 256 characters, each escaped as \uXXXX: 1.6 KB. Left free, no element crosses the limit.
    private const int Headroom = 2 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(QueueLimits.BilledUnitBytes);

    /// <summary>One message, or as many as the size asks for. None when there is nothing to say.</summary>
    /// <param name="trace">The W3C trace context of the visit, where that is sampled: in a field of its own, which a reader that knows nothing of traces ignores.</param>
    public List<OutgoingMessage> Write(long slot, TimeSpan interval, IReadOnlyList<DataPoint> points, IReadOnlyList<Miss> missed, string? trace = null)
    {
        var messages = new List<OutgoingMessage>(1);
        var point = 0;
        var miss = 0;
        while (point < points.Count || miss < missed.Count)
        {
            _buffer.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(_buffer, Options))
            {
                writer.WriteStartObject();
                writer.WriteNumber("v"u8, MessageVersion.Known);
                writer.WriteNumber("slot"u8, slot);
                writer.WriteNumber("interval"u8, (long)interval.TotalSeconds);
                if (trace is not null)
                    writer.WriteString("trace"u8, trace);
                writer.WriteStartArray("points"u8);
                for (; point < points.Count && HasRoom(writer); point++)
                    WritePoint(writer, points[point]);
                writer.WriteEndArray();
                writer.WriteStartArray("missed"u8);
                for (; miss < missed.Count && HasRoom(writer); miss++)
                    WriteMiss(writer, missed[miss]);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            messages.Add(new OutgoingMessage(_buffer.WrittenSpan.ToArray()));
        }
        return messages;
    }

    private static bool HasRoom(Utf8JsonWriter writer) =>
        writer.BytesCommitted + writer.BytesPending < QueueLimits.BilledUnitBytes - Headroom;

    private static void WritePoint(Utf8JsonWriter writer, in DataPoint point)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(point.InfluencerId);
        writer.WriteNumberValue(point.FollowerCount);
        writer.WriteNumberValue(point.FollowingCount);
        writer.WriteNumberValue(point.RetrievedAt);
        writer.WriteStringValue(point.Username);
        writer.WriteEndArray();
    }

    private static void WriteMiss(Utf8JsonWriter writer, Miss miss)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(miss.InfluencerId);
        writer.WriteStringValue(MissReasons.NameOf(miss.Reason));
        writer.WriteEndArray();
    }
}
