using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Client.Contract;

/// <summary>A sign-in. A member that is not known is refused, as in every body.</summary>
/// <param name="Key">An API key.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SessionRequest(string? Key = null);

/// <summary>A session, which a cookie stands for.</summary>
/// <param name="MayRead">Whether its key may read what needs a key.</param>
/// <param name="MayWrite">Whether it may change something.</param>
/// <param name="EndsAt">ISO 8601.</param>
/// <param name="AntiforgeryToken">To be sent as <c>X-Antiforgery-Token</c> with whatever changes something.</param>
public sealed record SessionResponse(bool MayRead, bool MayWrite, string EndsAt, string AntiforgeryToken);
