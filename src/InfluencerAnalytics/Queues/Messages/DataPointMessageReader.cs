using System.Diagnostics;
using System.Text;
using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>
/// Reads the messages of <see cref="QueueNames.InfluencerDataPoints"/>: batches of version 1, and the single readings that the
/// system this one grew from writes.
/// </summary>
internal static class DataPointMessageReader
{
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="interval">For a single reading, which does not say its interval.</param>
    public static DataPointMessage Read(ReadOnlyMemory<byte> body, TimeSpan interval)
    {
        var read = ReadKnown(body, interval);
        // Looked for only in what cannot be read: a newer message may have any shape.
        return read.Problem is not null && MessageVersion.IsNewer(body, out var version) ? DataPointMessage.OfNewerVersion(version) : read;
    }

    private static DataPointMessage ReadKnown(ReadOnlyMemory<byte> body, TimeSpan interval)
    {
        try
        {
            return new Parser(body, interval).Parse();
        }
        catch (JsonException exception)
        {
            return DataPointMessage.Unreadable($"The message is not JSON: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            return DataPointMessage.Unreadable($"The message has a field of another type: {exception.Message}");
        }
    }

    private ref struct Parser(ReadOnlyMemory<byte> body, TimeSpan defaultInterval)
    {
        private readonly ReadOnlyMemory<byte> _body = body;
        private readonly TimeSpan _defaultInterval = defaultInterval;
        private Utf8JsonReader _reader = new(body.Span);
        private List<DataPoint>? _points;
        private List<Miss>? _missed;
        private List<(string, string)>? _rejected;
        private long _slot = -1;
        private ActivityContext _trace;

        public DataPointMessage Parse()
        {
            var version = -1L;
            var intervalSeconds = -1L;
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
                return DataPointMessage.Unreadable("The message is not a JSON object.");
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                if (_reader.ValueTextEquals("v"u8))
                    version = ReadNumber();
                else if (_reader.ValueTextEquals("slot"u8))
                    _slot = ReadNumber();
                else if (_reader.ValueTextEquals("interval"u8))
                    intervalSeconds = ReadNumber();
                else if (_reader.ValueTextEquals("points"u8))
                    ReadPoints();
                else if (_reader.ValueTextEquals("missed"u8))
                    ReadMissed();
                else if (_reader.ValueTextEquals("trace"u8))
                    ReadTrace();
                else if (_reader.ValueTextEquals("influencer_id"u8))
                    return SingleReading.Read(_body, _defaultInterval);
                else
                    Skip();
            }
            // What follows the object is damage, and a truncated message throws here.
            _reader.Read();
            return Finish(version, intervalSeconds);
        }

        private DataPointMessage Finish(long version, long intervalSeconds)
        {
            if (version != MessageVersion.Known)
                return DataPointMessage.Unreadable($"The message's version is not {MessageVersion.Known}.");
            var interval = TimeSpan.FromSeconds(Math.Clamp(intervalSeconds, 0, 86_400));
            if (!SlotGrid.IsValidInterval(interval))
                return DataPointMessage.Unreadable($"An interval of {intervalSeconds} s is not from 1 s to 1 h.");
            if (_slot is <= 0 or > SlotGrid.MaxUnixMs || _slot % (long)interval.TotalMilliseconds != 0)
                return DataPointMessage.Unreadable($"{_slot} is not a slot of {intervalSeconds} s.");
            if (_points is { } points)
                LabelWithSlot(points);
            return new DataPointMessage(new DataPointBatch(_slot, interval, _points ?? [], _missed ?? []), null, _rejected ?? []) { Trace = _trace };
        }

        // "slot" may stand behind "points" in the object, so that the label is put on last where it does.
        private readonly void LabelWithSlot(List<DataPoint> points)
        {
            if (points.Count == 0 || points[0].Slot == _slot)
                return;
            for (var i = 0; i < points.Count; i++)
                points[i] = points[i] with { Slot = _slot };
        }

        private long ReadNumber()
        {
            _reader.Read();
            return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var value) ? value : -1;
        }

        private void Skip()
        {
            _reader.Read();
            _reader.Skip();
        }

        // Not worth a complaint when it cannot be read: the readings are what counts.
        private void ReadTrace()
        {
            Skip();
            if (TryReadString(out var trace))
                ActivityContext.TryParse(trace, null, isRemote: true, out _trace);
        }

        private void ReadPoints()
        {
            ExpectArray();
            _points ??= new List<DataPoint>(500);
            while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)_reader.TokenStartIndex;
                if (ReadPoint(out var point) is { } problem)
                    Reject(start, (int)_reader.BytesConsumed, problem);
                else
                    _points.Add(point);
            }
        }

        // Leaves the reader at the end of the element, whatever the element is.
        private string? ReadPoint(out DataPoint point)
        {
            point = default;
            if (_reader.TokenType != JsonTokenType.StartArray)
            {
                _reader.Skip();
                return "The data point is not an array.";
            }
            var depth = _reader.CurrentDepth;
            var problem = ReadFields(out point);
            SkipToEndOfArray(depth);
            return problem;
        }

        private string? ReadFields(out DataPoint point)
        {
            point = default;
            var id = ReadElement();
            var followers = id < 0 ? -1 : ReadElement();
            var following = followers < 0 ? -1 : ReadElement();
            var retrievedAt = following < 0 ? -1 : ReadElement();
            if (!InfluencerIds.IsValid(id))
                return "The id is not an integer from 1 to 2^53-1.";
            if (followers is < 0 or > InfluencerIds.Max || following is < 0 or > InfluencerIds.Max)
                return "A count is not an integer from 0 to 2^53-1.";
            if (retrievedAt is < 0 or > SlotGrid.MaxUnixMs)
                return "The time of retrieval is not an integer of epoch milliseconds.";
            _reader.Read();
            if (!TryReadString(out var username))
                return "The username is not a string.";
            point = new DataPoint(id, followers, following, _slot, retrievedAt, Usernames.Clean(username));
            return null;
        }

        private long ReadElement()
        {
            _reader.Read();
            return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var value) ? value : -1;
        }

        private void Reject(int start, int end, string problem) =>
            (_rejected ??= []).Add((Encoding.UTF8.GetString(_body.Span[start..end]), problem));

        private void ReadMissed()
        {
            ExpectArray();
            _missed ??= [];
            while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            {
                if (_reader.TokenType != JsonTokenType.StartArray)
                {
                    _reader.Skip();
                    continue;
                }
                var depth = _reader.CurrentDepth;
                var id = ReadElement();
                if (InfluencerIds.IsValid(id) && _reader.Read() && TryReadString(out var reason))
                    _missed.Add(new Miss(id, MissReasons.Parse(reason)));
                SkipToEndOfArray(depth);
            }
        }

        // An element may hold arrays itself, so that the first end of an array need not be its own.
        private void SkipToEndOfArray(int depth)
        {
            while (_reader.TokenType != JsonTokenType.EndArray || _reader.CurrentDepth != depth)
                _reader.Read();
        }

        private readonly bool TryReadString(out string value)
        {
            value = "";
            if (_reader.TokenType != JsonTokenType.String)
                return false;
            try
            {
                value = _reader.GetString()!;
                return true;
            }
            catch (InvalidOperationException)
            {
                // Not valid UTF-8, or half of a surrogate pair.
                return false;
            }
        }

        private void ExpectArray()
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("An array was expected.");
        }
    }
}
