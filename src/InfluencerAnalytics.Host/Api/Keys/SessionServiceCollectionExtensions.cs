using InfluencerAnalytics.Client.Contract;
using Microsoft.AspNetCore.DataProtection;

namespace InfluencerAnalytics.Host.Api.Keys;

/// <summary>Registers what signing in needs.</summary>
internal static class SessionServiceCollectionExtensions
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<Sessions>();
        services.AddSingleton<SessionCookie>();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.HeaderName = ApiHeaders.AntiforgeryToken;
            antiforgery.FormFieldName = "antiforgeryToken";
            antiforgery.Cookie.Name = SessionCookie.AntiforgeryCookieName;
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        // A token is worth nothing without its session, and sessions end with the process: keys that outlive it would only be one more secret on the disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        return services;
    }
}
