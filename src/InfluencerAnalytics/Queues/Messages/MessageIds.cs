using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>The field <c>ids</c>, which every message of influencers has.</summary>
internal static class MessageIds
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<long> ids)
    {
        writer.WriteStartArray("ids"u8);
        foreach (var id in ids)
            writer.WriteNumberValue(id);
        writer.WriteEndArray();
    }

    /// <summary>What is wrong with it, a sentence; null when it is good. Throws what <see cref="JsonElement"/> does when it is missing or no list.</summary>
    public static string? Read(JsonElement root, out long[] ids)
    {
        var element = root.GetProperty("ids"u8);
        ids = new long[element.GetArrayLength()];
        if (ids.Length == 0)
            return "The message has no ids.";
        var index = 0;
        foreach (var id in element.EnumerateArray())
        {
            if (!id.TryGetInt64(out var value) || !InfluencerIds.IsValid(value))
                return $"{id.GetRawText()} is not an id from 1 to 2^53-1.";
            ids[index++] = value;
        }
        return null;
    }
}
