using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using InfluencerAnalytics.Host.Api.Configuration;

namespace InfluencerAnalytics.Host.Api.Keys;

/// <summary>
/// Who is signed in with a key: in memory alone, so that a session that is ended is over, and no secret of it is on a disk. A restart ends them all. A session may what its key may at the
/// time of asking. Safe for concurrent use.
/// </summary>
internal sealed class Sessions(ApiKeys keys, ApiOptions options, TimeProvider timeProvider)
{
    // Some megabytes. Who signs in without end ends the sessions that are the oldest.
    private const int Most = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <param name="Name">Of the session, for who binds something to it; not the secret.</param>
    /// <param name="Rights">Of its key now.</param>
    /// <param name="EndsAt">Then it is over, whatever is done with it.</param>
    internal sealed record SignedIn(string Name, ApiRights Rights, DateTimeOffset EndsAt);

    /// <returns>The secret for the cookie; null for a key that is not known.</returns>
    public (string Secret, SignedIn Session)? Begin(string key)
    {
        if (ApiKeys.HashOf(key) is not { } hash || keys.RightsOf(hash) is not { } rights)
            return null;
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var session = new Session(hash, timeProvider.GetUtcNow() + options.SessionLength);
        lock (_lock)
        {
            foreach (var (name, _) in _sessions.Where(one => one.Value.EndsAt <= timeProvider.GetUtcNow()).ToList())
                _sessions.Remove(name);
            if (_sessions.Count >= Most)
                _sessions.Remove(_sessions.MinBy(static one => one.Value.EndsAt).Key);
            _sessions[NameOf(secret)] = session;
        }
        return (secret, new SignedIn(NameOf(secret), rights, session.EndsAt));
    }

    /// <summary>Null for none that goes on.</summary>
    public SignedIn? Find(string secret)
    {
        var name = NameOf(secret);
        Session? session;
        lock (_lock)
        {
            if (!_sessions.TryGetValue(name, out session) || session.EndsAt <= timeProvider.GetUtcNow())
                return null;
        }
        return keys.RightsOf(session.KeyHash) is { } rights ? new SignedIn(name, rights, session.EndsAt) : null;
    }

    public void End(string secret)
    {
        lock (_lock)
            _sessions.Remove(NameOf(secret));
    }

    // What is compared, and could be timed, is not the secret.
    private static string NameOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private sealed record Session(byte[] KeyHash, DateTimeOffset EndsAt);
}
