using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InfluencerAnalytics.Client.Contract;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary>The API's answers as text for programs, in the API's own form.</summary>
internal static class AnswerJson
{
    private static readonly JsonSerializerOptions OneLine = Options(isIndented: false);
    private static readonly JsonSerializerOptions Indented = Options(isIndented: true);

    public static string Line<T>(T answer) => JsonSerializer.Serialize(answer, (JsonTypeInfo<T>)OneLine.GetTypeInfo(typeof(T)));

    public static string Lines<T>(T answer) => JsonSerializer.Serialize(answer, (JsonTypeInfo<T>)Indented.GetTypeInfo(typeof(T)));

    // As the server writes it: no part of a page, so what HTML would need escaped stays readable.
    private static JsonSerializerOptions Options(bool isIndented) =>
        new(ApiJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = isIndented };
}
