using System.Text.Json;

namespace InfluencerAnalytics.Sqs.Connection;

/// <summary>
/// Lets no answer through that is too long or of another shape than SQS's: the SDK reads a body of any length, and never ends with a list that is none (seen with AWSSDK.SQS 4.0.100).
/// Safe for concurrent use.
/// </summary>
internal sealed class AnswerGuard(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // Ten messages of 256 KiB, each character escaped at the worst.
    private const int MaxBytes = 16 * 1024 * 1024;

    private static readonly string[] OfMessage = ["MessageId", "ReceiptHandle", "Body"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
            if (response.IsSuccessStatusCode && !IsAnswer(await response.Content.ReadAsByteArrayAsync(cancellationToken)))
                throw new HttpRequestException("The answer is not one of SQS.");
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static bool IsAnswer(byte[] body)
    {
        if (body.Length == 0)
            return true;
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.EnumerateObject().All(IsRight);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsRight(JsonProperty property) => property.Name switch
    {
        "Messages" => IsListOf(property.Value, IsMessage),
        "Successful" or "Failed" => IsListOf(property.Value, static entry => entry.ValueKind == JsonValueKind.Object),
        "Attributes" => property.Value.ValueKind == JsonValueKind.Object,
        _ => true,
    };

    private static bool IsListOf(JsonElement value, Func<JsonElement, bool> isEntry) => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(isEntry);

    private static bool IsMessage(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && Array.TrueForAll(OfMessage, name => entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String);
}
