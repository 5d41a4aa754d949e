using System.Text.Json;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>
/// The version of a message. One that is greater than the known was written by a newer program, beside this one during an upgrade: it is not broken
/// and must not be buried.
/// </summary>
internal static class MessageVersion
{
    public const int Known = 1;

    /// <summary>Whether a message is a whole JSON object of a version beyond <see cref="Known"/>.</summary>
    public static bool IsNewer(ReadOnlyMemory<byte> body, out long version)
    {
        version = 0;
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && IsNewer(document.RootElement, out version);
        }
        catch (JsonException)
        {
            // Damaged in whatever version it was.
            return false;
        }
    }

    /// <param name="root">An object.</param>
    /// <param name="version">What it says.</param>
    public static bool IsNewer(JsonElement root, out long version)
    {
        version = 0;
        return root.TryGetProperty("v"u8, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out version) && version > Known;
    }
}
