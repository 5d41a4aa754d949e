using System.Buffers.Text;
using System.Security.Cryptography;

namespace InfluencerAnalytics.Host.Api.Keys;

/// <summary>The key that a data directory has of its own, with every right. Register it for injection to have it accepted.</summary>
/// <param name="Path">Where it is kept, readable by its owner only.</param>
/// <param name="Key">To be sent as <c>X-Api-Key</c>. Not for logs.</param>
/// <param name="IsNew">Whether this start made it.</param>
public sealed record ApiKeyFile(string Path, string Key, bool IsNew)
{
    public const string FileName = "api-key";

    private const int MinLength = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Whether a text can be sent in a header as it is: printable ASCII without spaces.</summary>
    public static bool IsSendable(string key) => !key.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Reads the directory's key, or makes one on the first start.</summary>
    /// <exception cref="InvalidDataException">There is a file, but no key in it.</exception>
    /// <exception cref="IOException">It cannot be read or written; also <see cref="UnauthorizedAccessException"/>.</exception>
    public static ApiKeyFile LoadOrCreate(string directory)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(directory), FileName);
        if (File.Exists(path))
            return new ApiKeyFile(path, Load(path), IsNew: false);
        Directory.CreateDirectory(directory);
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        Write(path, key);
        return new ApiKeyFile(path, key, IsNew: true);
    }

    /// <summary>Whether the directory's key can be read, if there is one; changes nothing.</summary>
    /// <exception cref="InvalidDataException">There is something in its place that is no key.</exception>
    /// <exception cref="IOException">It cannot be read; also <see cref="UnauthorizedAccessException"/>.</exception>
    public static void Check(string directory)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(directory), FileName);
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path} is a directory, where the file with the API key belongs. Move it away to have a new key made.");
        if (File.Exists(path))
            Read(path);
        else if (new FileInfo(path).LinkTarget is { } target)
            throw new InvalidDataException($"{path} links to {target}, which is not there. Bring it back, or delete the link to have a new key made.");
    }

    // The record's own text would show the key.
    public override string ToString() => $"API key in {Path}";

    private static string Load(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerOnly)
            File.SetUnixFileMode(path, OwnerOnly);
        return Read(path);
    }

    private static string Read(string path)
    {
        var key = File.ReadAllText(path).Trim();
        if (key.Length < MinLength)
            throw new InvalidDataException($"{path} holds no API key of at least {MinLength} characters. Delete it to have a new one made.");
        return IsSendable(key)
            ? key
            : throw new InvalidDataException($"{path} holds something else than an API key: a key is printable ASCII without spaces. Delete it to have a new one made.");
    }

    // Written aside and renamed: a crash in between leaves no half key.
    private static void Write(string path, string key)
    {
        var aside = path + ".new";
        File.Delete(aside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var writer = new StreamWriter(aside, options))
            writer.WriteLine(key);
        File.Move(aside, path);
    }
}
